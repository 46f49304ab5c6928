# frozen_string_literal: true

# Does to the Ruby kit what SDKs do.

require_relative '../../../../adapters/ruby/noncense_adapter'

DEEDS = {
  'echo' => ->(params) { params },
  'print' => lambda do |_|
    puts 'noise: puts'
    IO.new(1, 'w', autoclose: false).syswrite("noise: descriptor\n")
    {}
  end,
  'child' => ->(_) { system('echo noise: child; cat') && {} },
  'reported' => lambda do |_|
    raise Noncense::ClientError.new('nonce', 'Nonce must be greater than 7.', type: 'InvalidNonce', http_status: 422)
  end,
  'skipped' => ->(_) { raise Noncense::Skipped, 'it cannot send an empty list' },
  'foreign' => ->(_) { raise NotImplementedError, 'something of its own' },
  'large' => ->(_) { 'x' * 9 * 1024 * 1024 },
  'odd' => ->(_) { ["\xff", Float::NAN, "é\"\\\n\u2028"] },
  'leave' => ->(_) { exit!(7) },
  'hang' => ->(_) { sleep }
}.freeze

# A session that says when it is closed.
class Session
  def call(operation, params) = DEEDS.fetch(operation).call(params)

  def close = puts('closed')
end

Noncense.serve(name: 'evil', version: '1', dialects: ['reference'], operations: DEEDS.keys,
               features: ['concurrent']) do |target|
  raise Noncense::ClientError.new('authentication', 'a key has 32 characters') if target['key'] == 'refuse'

  Session.new
end
