# frozen_string_literal: true

require 'bigdecimal'
require 'json'
require 'openssl'
require_relative 'poloniex_error'
require_relative 'transport'
require_relative 'turns'

# A client of the legacy Poloniex API. It may be called from several threads at once. Every method raises PoloniexError;
# nothing is sent twice: after an open outcome, look before you retry.
class PoloniexClient
  PLAIN_DECIMAL = /\A[0-9]+(\.[0-9]+)?\z/.freeze

  # Without a key and a secret it makes public calls only. `timeout_s` is for a whole call; in `state_folder` the last
  # nonce is kept, so give one in production.
  def initialize(key: nil, secret: nil, base_url: 'https://poloniex.com', timeout_s: 10.0, state_folder: nil, ca_file: nil)
    @key = key
    @secret = secret
    @timeout_s = timeout_s
    @transport = Transport.new(base_url, ca_file)
    @turns = Turns.of(state_folder, key.to_s)
  end

  # The key, and not the secret.
  def inspect
    "#<PoloniexClient key=#{@key.inspect} secret=…>"
  end

  # What can be spent now, by currency.
  def balances
    members(command('returnBalances')).transform_values { |amount| decimal(amount) }
  end

  # Place a limit order and return its number.
  def place_order(market, side, price, amount, client_order_id = nil)
    raise PoloniexError.new('invalid_request', 'a side is buy or sell') unless %w[buy sell].include?(side)

    fields = { 'currencyPair' => pair(market), 'rate' => plain(price), 'amount' => plain(amount) }
    fields['clientOrderId'] = client_order_id if client_order_id
    text(command(side, fields), 'orderNumber')
  end

  def cancel_order(order_id)
    command('cancelOrder', { 'orderNumber' => order_id })
  end

  # The open orders of a market; `amount` is what is left.
  def open_orders(market)
    items(command('returnOpenOrders', { 'currencyPair' => pair(market) })).map do |row|
      { order_id: text(row, 'orderNumber'), market: market, side: text(row, 'type'), price: decimal(member(row, 'rate')),
        amount: decimal(member(row, 'amount')) }
    end
  end

  # Send coins away and return what Poloniex says; another network is another currency to withdraw as.
  def withdraw(currency, amount, address, network = nil)
    fields = { 'currency' => currency, 'amount' => plain(amount), 'address' => address }
    fields['currencyToWithdrawAs'] = network if network
    text(command('withdraw', fields), 'response')
  end

  # Where coins can be sent to; an address that there is not yet is asked for.
  def deposit_address(currency)
    deadline = Transport.now + @timeout_s
    known = members(command('returnDepositAddresses', {}, deadline))
    return text(known, currency) if known.key?(currency)

    text(command('generateNewAddress', { 'currency' => currency }, deadline), 'response')
  end

  def ticker(market)
    row = members(public_call('returnTicker')).fetch(pair(market)) do
      raise PoloniexError.new('not_found', "the exchange lists no market #{market}")
    end
    { last: 'last', bid: 'highestBid', ask: 'lowestAsk' }.transform_values { |name| decimal(member(row, name)) }
  end

  # The best levels of either side as [price, amount].
  def order_book(market, depth = 50)
    book = public_call('returnOrderBook', { 'currencyPair' => pair(market), 'depth' => depth })
    { bids: 'bids', asks: 'asks' }.transform_values do |side|
      items(member(book, side)).first(depth).map { |level| items(level).first(2).map { |number| decimal(number) } }
    end
  end

  # Make any private call. A list is its name repeated, and nil is left out. The very text that is signed is sent.
  def command(name, fields = {}, deadline = Transport.now + @timeout_s)
    raise PoloniexError.new('authentication', 'a private call needs an API key and a secret') unless @key && @secret
    raise PoloniexError.new('authentication', 'no header can carry this API key') unless @key.match?(/\A[\x21-\x7e]+\z/)

    form = spell({ 'command' => name }.merge(fields))
    @turns.spend(deadline) do |nonce|
      request = Net::HTTP::Post.new('/tradingApi')
      request.body = "#{form}&nonce=#{nonce}"
      request['Content-Type'] = 'application/x-www-form-urlencoded'
      request['Key'] = @key
      request['Sign'] = OpenSSL::HMAC.hexdigest('SHA512', @secret, request.body)
      read(*@transport.send(request, deadline))
    end
  end

  private

  def public_call(name, fields = {})
    request = Net::HTTP::Get.new("/public?#{spell({ 'command' => name }.merge(fields))}")
    read(*@transport.send(request, Transport.now + @timeout_s))
  end

  # Parse an answer, its fractions exactly, or raise what it says went wrong: refusals come with any status.
  def read(status, body)
    answer = parse(status, body)
    failed, words = refused(answer)
    raise PoloniexError.refusal(status, words) if failed || !(200..299).cover?(status)

    answer
  end

  def parse(status, body)
    text = body.dup.force_encoding('UTF-8').delete_prefix("\uFEFF")
    raise JSON::ParserError unless text.valid_encoding?

    JSON.parse(text, decimal_class: BigDecimal, max_nesting: 100)
  rescue JSON::ParserError, EncodingError, ArgumentError
    raise PoloniexError.new(PoloniexError.kind_of_status(status), "HTTP #{status}: the answer is not JSON", status)
  end

  def refused(answer)
    return [false, ''] unless answer.is_a?(Hash)

    nested = answer['result'].is_a?(Hash) ? answer['result']['error'] : nil
    said = answer['error'] || nested
    failed = (said && said != '') || (answer.key?('success') && [0, '0', false].include?(answer['success']))
    [failed, [said, answer['response'], answer['message']].find { |words| words.is_a?(String) } || '']
  end

  # PHP writes an empty object as an empty list, and so does Poloniex.
  def members(value)
    return {} if value == []

    value.is_a?(Hash) ? value : strange
  end

  def items(value)
    return [] if value == {}

    value.is_a?(Array) ? value : strange
  end

  def member(object, name)
    (object[name] if object.is_a?(Hash)) || strange
  end

  def text(object, name)
    value = member(object, name)
    value.is_a?(String) && !value.empty? ? value : strange
  end

  # A decimal as text, without an exponent and with the digits that it came with.
  def decimal(value)
    return value if value.is_a?(String) && value.match?(/\A-?[0-9]+(\.[0-9]+)?\z/)
    return value.to_s if value.is_a?(Integer)

    value = BigDecimal(value) if value.is_a?(String)
    value.is_a?(BigDecimal) && value.finite? ? value.to_s('F') : strange
  rescue ArgumentError
    strange
  end

  def strange
    raise PoloniexError.new('bad_response', 'the answer has another shape than the documented one')
  end

  def spell(fields)
    fields.flat_map do |name, value|
      [value].flatten(1).compact.map { |single| "#{escape(name)}=#{escape(single.to_s)}" }
    end.join('&')
  end

  # RFC 3986: a blank is %20, never a plus.
  def escape(text)
    URI.encode_www_form_component(text).gsub('+', '%20')
  end

  # USDT_BTC for BTC/USDT: Poloniex names the pricing currency first.
  def pair(market)
    base, quote, *more = market.split('/', -1)
    return "#{quote}_#{base}" unless base.to_s.empty? || quote.to_s.empty? || more.any?

    raise PoloniexError.new('invalid_request', 'a market is written BASE/QUOTE')
  end

  def plain(amount)
    return amount if amount.match?(PLAIN_DECIMAL)

    raise PoloniexError.new('invalid_request', 'an amount or a price is a plain decimal text, such as 0.0125')
  end
end
