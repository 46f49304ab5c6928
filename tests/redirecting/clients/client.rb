# A client of Poloniex that knows nothing but https://poloniex.com: client.rb KEY SECRET WAY.
require "json"
require "net/http"
require "openssl"

key, secret, way = ARGV
uri = URI("https://poloniex.com/tradingApi")
body = "command=returnBalances&nonce=#{(Time.now.to_f * 1_000_000).to_i}"
request = Net::HTTP::Post.new(uri)
request["Key"] = key
request["Sign"] = OpenSSL::HMAC.hexdigest("SHA512", secret, body)
request["Content-Type"] = "application/x-www-form-urlencoded"
request.body = body

# "alone" takes no proxy.
http = way == "alone" ? Net::HTTP.new(uri.host, uri.port, nil) : Net::HTTP.new(uri.host, uri.port)
http.use_ssl = true
puts JSON.generate(JSON.parse(http.request(request).body)["BTC"])
