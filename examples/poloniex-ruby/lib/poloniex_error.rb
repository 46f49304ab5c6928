# frozen_string_literal: true

# What a call may end in, other than well. No message ever holds a secret, a key or a signature.
class PoloniexError < StandardError
  # Poloniex has no codes: parts of its texts, and what each tells the user. The first that is met counts.
  KINDS = {
    'Invalid API key/secret pair' => 'authentication',
    'Nonce must be greater than' => 'nonce',
    'Invalid nonce parameter' => 'nonce',
    'Invalid command' => 'not_found',
    'ermission' => 'permission',
    'account is frozen' => 'permission',
    'Not enough' => 'insufficient_funds',
    'Order not found' => 'order_not_found',
    'Invalid order number' => 'order_not_found',
    'is either completed or does not exist' => 'order_not_found',
    'Please do not make more than' => 'rate_limit',
    'This IP has been' => 'rate_limit',
    'Connection timed out' => 'timeout',
    'Internal error' => 'unavailable',
    'Transaction failed' => 'unavailable',
    'maintenance' => 'unavailable'
  }.freeze

  KIND_OF_STATUS = {
    401 => 'authentication', 403 => 'permission', 404 => 'not_found', 408 => 'timeout', 418 => 'rate_limit',
    429 => 'rate_limit'
  }.freeze

  # What a caller can act on: authentication, permission, nonce, rate_limit, insufficient_funds, order_not_found,
  # not_found, invalid_request; or, when the outcome is open, unavailable, network, timeout, tls, bad_response; or unknown.
  attr_reader :kind

  # The HTTP status, where there was an answer.
  attr_reader :status

  def initialize(kind, message, status = nil)
    super(message)
    @kind = kind
    @status = status
  end

  # The kind that an HTTP status alone speaks for.
  def self.kind_of_status(status)
    return 'unavailable' if status >= 500

    KIND_OF_STATUS.fetch(status) { status >= 400 ? 'invalid_request' : 'bad_response' }
  end

  # A refusal in Poloniex's words. A 5xx is never a verdict on the request, whatever its body says: the order may stand.
  def self.refusal(status, words)
    usual = [200, 422].include?(status) ? (words.empty? ? 'unknown' : 'invalid_request') : kind_of_status(status)
    _, kind = KINDS.find { |part, _| words.include?(part) }
    new(status >= 500 ? 'unavailable' : kind || usual, "HTTP #{status} #{words}".strip, status)
  end
end
