# frozen_string_literal: true

require 'digest'
require_relative 'poloniex_error'

# The nonces of one key: microseconds of the clock, and never lower than the last one plus one.
#
# Whoever has drawn one keeps its turn until the answer is there: Poloniex refuses the smaller of two nonces that arrive in
# the wrong order. In a folder the last one survives a restart and a clock that went back, and the lock of its file makes
# several processes take turns.
class Turns
  @of_keys = {}
  @lock = Mutex.new

  # The turns of a key: the same for all clients of this process that share it.
  def self.of(folder, key)
    @lock.synchronize { @of_keys[[folder, key]] ||= new(folder, key) }
  end

  def initialize(folder, key)
    @path = folder && File.join(folder, "poloniex-#{Digest::SHA256.hexdigest(key)[0, 32]}.nonce")
    @last = 0
    @free = Queue.new << true
  end

  # Hand the next nonce to a block that sends it.
  def spend(deadline, &send)
    wait(deadline) { @free.pop(true) }
    begin
      @path ? spend_kept(deadline, &send) : yield(@last = [@last + 1, clock].max)
    ensure
      @free << true
    end
  end

  private

  def spend_kept(deadline)
    File.open(@path, File::RDWR | File::CREAT, 0o600) do |file|
      wait(deadline) { file.flock(File::LOCK_EX | File::LOCK_NB) || raise(ThreadError) }
      nonce = [file.read.to_i + 1, clock].max
      # As wide as the widest nonce, so that one write replaces the last: no kill leaves half a file behind.
      file.pwrite(format("%<nonce>019d\n", nonce: nonce), 0)
      yield nonce
    end
  rescue SystemCallError
    raise PoloniexError.new('unknown', 'the folder for nonces cannot be written to')
  end

  # Try until it goes well, or until the time is over.
  def wait(deadline)
    yield
  rescue ThreadError
    if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline
      raise PoloniexError.new('timeout', 'other calls with this key took all the time there was')
    end
    sleep 0.002
    retry
  end

  def clock
    Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond)
  end
end
