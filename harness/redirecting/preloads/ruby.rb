# Leads a Ruby program's connections to the mock exchange; RUBYOPT requires this file before any other.
#
# What it is told stands in the environment, as preloads/python/sitecustomize.py describes it.

require "socket"

module NoncenseLed
  HOSTS = ENV.fetch("NONCENSE_LED_HOSTS", "").split(",").freeze
  NEAR = ["", "localhost", "::", "::1", "0.0.0.0", Socket.gethostname.downcase].freeze
  KEPT = ENV.fetch("NONCENSE_LED_KEPT", "").split(",").map(&:to_i).freeze
  NOTED = {}

  # Returns host and port that a connection goes to instead.
  def self.lead(host, port)
    name = host.to_s.downcase.chomp(".")
    number = { "https" => 443, "http" => 80 }.fetch(port.to_s) { port.to_i }
    return ["127.0.0.1", door(number)] if HOSTS.include?(name)
    return [host, port] if NEAR.include?(name) || name.end_with?(".localhost") || name.match?(/\A127\.[0-9.]+\z/)

    stray(name, number)
    raise Errno::ENETUNREACH, "noncense: nothing leaves this machine: #{name}"
  end

  def self.door(port)
    KEPT.include?(port) ? port : Integer([80, 8080].include?(port) ? ENV["NONCENSE_LED_PLAIN"] : ENV["NONCENSE_LED_TLS"])
  end

  def self.stray(host, port)
    return if NOTED.key?([host, port]) || NOTED.size >= 100 || !ENV["NONCENSE_LED_STRAYS"]

    NOTED[[host, port]] = true
    require "json"
    line = JSON.generate("host" => host.scrub("?"), "port" => port, "how" => "from inside ruby")
    File.write(ENV["NONCENSE_LED_STRAYS"], "#{line}\n", mode: "a")
  rescue SystemCallError
    nil # who cannot write says nothing: the program must not be disturbed by that
  end

  # Of TCPSocket, and so of Net::HTTP and of what is built upon it.
  module Connecting
    def initialize(host = nil, port = nil, *rest, **options)
      host, port = NoncenseLed.lead(host, port)
      options.empty? ? super(host, port, *rest) : super(host, port, *rest, **options)
    end
  end

  # Of Socket.tcp.
  module Opening
    def tcp(host, port, *rest, **options, &block)
      host, port = NoncenseLed.lead(host, port)
      super(host, port, *rest, **options, &block)
    end
  end
end

if ENV.key?("NONCENSE_LED_HOSTS")
  TCPSocket.prepend(NoncenseLed::Connecting)
  Socket.singleton_class.prepend(NoncenseLed::Opening)
end
