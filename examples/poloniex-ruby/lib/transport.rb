# frozen_string_literal: true

require 'ipaddr'
require 'net/http'
require 'openssl'
require 'timeout'
require 'uri'
require_relative 'poloniex_error'

# Sends a request once, to one place, and comes back in time.
class Transport
  USER_AGENT = 'poloniex-ruby-example/1.0.0'
  LARGEST_ANSWER = 64 * 1024 * 1024

  # Our own class, so that nobody takes an end of time for another one.
  class OutOfTime < Exception; end # rubocop:disable Lint/InheritException -- no rescue on the way may swallow it

  NO_ANSWER = [SystemCallError, SocketError, IOError, Net::OpenTimeout, Net::ReadTimeout].freeze

  def initialize(base_url, ca_file)
    @base = URI(base_url)
    @ca_file = ca_file
  end

  def self.now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  # Send and return status and body. `deadline` is seconds of `now`, for everything to the last byte: the time-outs of
  # Net::HTTP count from byte to byte, and a slow answer could take for ever.
  def send(request, deadline)
    left = deadline - self.class.now
    raise PoloniexError.new('timeout', 'the time for this call is over') unless left.positive?

    Timeout.timeout(left, OutOfTime) { exchange(request) }
  rescue OutOfTime
    raise PoloniexError.new('timeout', 'the exchange did not answer in time')
  rescue OpenSSL::SSL::SSLError
    raise PoloniexError.new('tls', 'there is no trusted connection')
  rescue *NO_ANSWER => e
    raise PoloniexError.new('network', "no answer: #{e.class}")
  rescue Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Net::ProtocolError, ArgumentError
    raise PoloniexError.new('bad_response', 'the answer is no HTTP')
  end

  private

  def exchange(request)
    request['User-Agent'] = USER_AGENT
    request['Accept-Encoding'] = 'identity'
    request['Connection'] = 'close'
    # nil in place of a proxy keeps Net::HTTP from asking the environment for one. A connection for each request: none is
    # kept that may have ended. Net::HTTP would send a GET again; max_retries stops that.
    http = Net::HTTP.new(@base.hostname, @base.port, nil)
    http.max_retries = 0
    http.open_timeout = http.read_timeout = http.write_timeout = nil # the whole has a limit
    if @base.scheme == 'https'
      http.use_ssl = true
      http.verify_mode = OpenSSL::SSL::VERIFY_PEER
      http.ca_file = @ca_file if @ca_file
    end
    http.start do
      raise PoloniexError.new('tls', 'the certificate is not for this address') unless meant?(http.peer_cert)

      http.request(request) { |answer| return answer.code.to_i, body_of(answer) }
    end
  end

  # Ruby compares an address with the names of a certificate, where no address counts (RFC 9525, section 6.5).
  def meant?(certificate)
    return true if certificate.nil? || !@base.hostname.match?(/\A[0-9.]+\z|:/)

    names = certificate.find_extension('subjectAltName')&.value.to_s
    names.scan(/IP Address:([0-9A-Fa-f.:]+)/).flatten.any? { |one| IPAddr.new(one) == IPAddr.new(@base.hostname) }
  end

  def body_of(answer)
    # Without a length an answer ends with its connection, and nobody tells whether TLS had said so (RFC 9112, 9.8).
    if @base.scheme == 'https' && !answer['Content-Length'] && !answer['Transfer-Encoding']
      raise PoloniexError.new('bad_response', 'the answer has no length, so nobody could see that it was cut off')
    end
    unless [nil, 'identity'].include?(answer['Content-Encoding']&.downcase)
      raise PoloniexError.new('bad_response', 'the answer is coded, and nobody asked for that')
    end

    body = +''
    answer.read_body do |piece|
      body << piece
      raise PoloniexError.new('bad_response', 'the answer is larger than any that we know of') if body.bytesize > LARGEST_ANSWER
    end
    # Net::HTTP takes a body that ended too early for a whole one.
    raise PoloniexError.new('network', 'the answer was cut off') if body.bytesize < (answer.content_length || 0)

    body
  end
end
