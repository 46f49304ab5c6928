# frozen_string_literal: true

# Lets noncense drive the Poloniex client: names and shapes are translated here, and nothing else.

require_relative '../../adapters/ruby/noncense_adapter'
require_relative 'lib/poloniex_client'

# One client object with one API key.
class Session
  OPERATIONS = %w[
    balances place_order cancel_order open_orders withdraw deposit_address ticker order_book raw
  ].freeze

  def initialize(target)
    @client = PoloniexClient.new(
      key: target['key'], secret: target['secret'], base_url: target['base_url'], timeout_s: target['timeout_s'],
      state_folder: target['state_dir'], ca_file: target['ca_file']
    )
  end

  def call(operation, params)
    called(operation, params)
  rescue PoloniexError => e
    raise Noncense::ClientError.new(e.kind, e.message, type: e.class.name, http_status: e.status)
  end

  private

  def called(operation, params)
    market, currency, amount = params.values_at('market', 'currency', 'amount')
    case operation
    when 'balances' then @client.balances
    when 'place_order'
      side, price, own = params.values_at('side', 'price', 'client_order_id')
      { order_id: @client.place_order(market, side, price, amount, own) }
    when 'cancel_order' then @client.cancel_order(params['order_id']) && {}
    when 'open_orders' then @client.open_orders(market)
    when 'withdraw' then @client.withdraw(currency, amount, params['address'], params['network']) && {}
    when 'deposit_address' then { address: @client.deposit_address(currency) }
    when 'ticker' then @client.ticker(market)
    when 'order_book' then @client.order_book(market, params['depth'])
    when 'raw' then @client.command(params['target'], params['params'] || {})
    end
  end
end

Noncense.serve(name: 'poloniex-ruby', version: '1.0.0', dialects: ['poloniex'], operations: Session::OPERATIONS,
               features: %w[concurrent persistent_nonce tls], http_stack: "Net::HTTP of Ruby #{RUBY_VERSION}") do |target|
  Session.new(target)
end
