# frozen_string_literal: true

# The client-under-test contract of noncense, version 1, for Ruby 2.7 and newer: one file of the standard library alone,
# to be copied beside an adapter.
#
#     require_relative 'noncense_adapter'
#     Noncense.serve(name: 'my-sdk', version: '1.4.0', dialects: ['poloniex'], operations: ['balances'],
#                    features: ['concurrent']) do |target|        # the fields of the contract's `open`
#       client = Client.new(target['key'], target['secret'], url: target['base_url'])
#       lambda do |operation, params|                             # or any object with `call`, and perhaps `close`
#         …                                                        # the `ok` value, or raises Noncense::ClientError or
#       end                                                        # Noncense::Skipped
#     end
#
# Any other exception says that the adapter itself is broken.

require 'json'

# Serves an adapter on stdin and stdout.
module Noncense
  PROTOCOL = 1
  LINE_LIMIT = 8 * 1024 * 1024 # bytes, without the end of the line
  CLOSING_S = 1.5

  PARSE_ERROR = -32_700
  METHOD_NOT_FOUND = -32_601
  INVALID_PARAMS = -32_602
  ADAPTER_BROKE = -32_000

  # The client under test reported a failure. The kind is one of the contract's; `unknown` is never wrong. `details` is
  # what else a user sees who prints the failure: searched for secrets, and not judged otherwise.
  class ClientError < StandardError
    attr_reader :report

    def initialize(kind, message, type: nil, http_status: nil, details: nil)
      super(message)
      told = { kind: kind, message: message, type: type, http_status: http_status, details: details }
      @report = { error: told.compact }
    end
  end

  # The client has no way to even try this call.
  class Skipped < StandardError
    attr_reader :report

    def initialize(reason, url = nil)
      super(reason)
      @report = { skipped: { reason: reason, url: url } }
    end
  end

  # A request that this adapter cannot serve: a JSON-RPC error with its code.
  class Refusal < StandardError
    attr_reader :code

    def initialize(code, message)
      super(message)
      @code = code
    end
  end

  # Serve an adapter until stdin ends, and then end the program.
  #
  # @param description name, version, dialects, operations and features; language, homepage, issues and http_stack
  #   where there are any
  # @yieldparam target [Hash{String => Object}]
  # @yieldreturn [#call] a session; its `texts`, where it has them, show how the client prints (feature `texts`)
  def self.serve(**description, &opening)
    Server.new(description, opening).run
  end

  # One adapter at the end of a pipe. `describe` is answered at once, even while every call hangs; other requests go one
  # after the other, unless the adapter promises `concurrent`.
  class Server
    def initialize(description, opening)
      @description = { protocol: PROTOCOL, language: 'ruby' }.merge(description)
      @opening = opening
      @sessions = {}
      @lock = Mutex.new
      @queue = Queue.new
      @under_way = []
    end

    def run
      move_aside
      concurrent = @description[:features].include?('concurrent')
      @under_way << Thread.new { one_by_one } unless concurrent
      while (line = @requests.gets("\n"))
        request = read(line)
        if request.nil? then next
        elsif request['method'] == 'describe' then respond(request)
        elsif concurrent then start(request)
        else @queue << request
        end
      end
      finish
    end

    private

    # Whatever prints lands on stderr, and no child of the client reads what is meant for us.
    def move_aside
      @requests = $stdin.dup.set_encoding('UTF-8')
      @answers = $stdout.dup.binmode
      $stdin.reopen(File::NULL)
      $stdout.reopen($stderr)
      $stdout.sync = true
    end

    def read(line)
      request = JSON.parse(line, max_nesting: false)
      raise JSON::ParserError unless request.is_a?(Hash)

      request
    rescue JSON::ParserError, EncodingError, SystemStackError
      answer(id: nil, error: { code: PARSE_ERROR, message: 'a line that is not JSON' })
      nil
    end

    def start(request)
      @under_way.reject! { |thread| !thread.alive? }
      @under_way << Thread.new { respond(request) }
    end

    def one_by_one
      while (request = @queue.pop)
        respond(request)
      end
    end

    def respond(request)
      id = request['id']
      answer(id: id, result: result(request['method'], request['params'] || {}))
    rescue ClientError, Skipped => e
      answer(id: id, result: e.report)
    rescue Refusal => e
      answer(id: id, error: { code: e.code, message: e.message })
    rescue Exception => e # rubocop:disable Lint/RescueException -- a broken adapter says so, whatever broke it
      warn e.full_message(highlight: false)
      answer(id: id, error: { code: ADAPTER_BROKE, message: "#{e.class}: #{e.message}" })
    end

    def result(method, params)
      case method
      when 'describe' then @description
      when 'open' then open(params)
      when 'call' then { ok: call(params) }
      when 'close' then close(params)
      else raise Refusal.new(METHOD_NOT_FOUND, "there is no method #{method}")
      end
    end

    def open(params)
      name = params['session']
      raise Refusal.new(INVALID_PARAMS, "session #{name} is open already") if @sessions.key?(name)

      usual = { 'options' => {}, 'timeout_s' => 5.0, 'state_dir' => ENV['NONCENSE_STATE_DIR'] }
      session = @sessions[name] = @opening.call(usual.merge(params.compact))
      session.respond_to?(:texts) ? { texts: session.texts } : {}
    end

    def call(params)
      operation = params['operation']
      unless @description[:operations].include?(operation)
        raise Refusal.new(METHOD_NOT_FOUND, "this adapter has no operation #{operation}")
      end

      opened(params).call(operation, params['params'] || {})
    end

    def close(params)
      session = opened(params)
      @sessions.delete(params['session'])
      session.close if session.respond_to?(:close)
      {}
    end

    def opened(params)
      @sessions.fetch(params['session']) { raise Refusal.new(INVALID_PARAMS, "no session #{params['session']} is open") }
    end

    def answer(id:, **said)
      line = JSON.generate({ jsonrpc: '2.0', id: id }.merge(clean(said)))
      if line.bytesize > LINE_LIMIT
        raise Refusal.new(ADAPTER_BROKE, "the answer takes #{line.bytesize} bytes, and a line may take #{LINE_LIMIT}")
      end

      @lock.synchronize { @answers.write("#{line}\n") && @answers.flush }
    rescue Errno::EPIPE
      exit!(0) # nobody listens any more
    end

    # Text that is no UTF-8 and numbers that JSON has no word for are the client's, and no reason to break the framing.
    def clean(value)
      case value
      when Hash then value.to_h { |name, member| [clean(name.to_s), clean(member)] }
      when Array then value.map { |item| clean(item) }
      when String then value.dup.force_encoding('UTF-8').scrub
      when Float then value.finite? ? value : value.to_s
      when Integer, true, false, nil then value
      when Symbol then value.to_s
      else value.is_a?(Numeric) && value.respond_to?(:to_s) ? plain(value) : raise(TypeError, "#{value.class} is no JSON")
      end
    end

    # A BigDecimal as decimal text.
    def plain(value)
      value.class.name == 'BigDecimal' ? value.to_s('F') : value.to_s
    end

    # Let what is under way come to its end, close what is open, and leave behind whatever hangs.
    def finish
      deadline = now + CLOSING_S
      @queue << nil
      @under_way.each { |thread| thread.join([deadline - now, 0].max) }
      closing = Thread.new do
        @sessions.each_value { |session| session.close if session.respond_to?(:close) }
      end
      closing.join([deadline - now, 0].max)
      exit!(0)
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
