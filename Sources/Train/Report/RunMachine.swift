internal import SpikingNetwork

/// What computed an epoch, and where.
package struct RunMachine: Equatable, Sendable {
  /// The engine with what it runs on, as in `cpu (avx512)`.
  package let engine: String
  /// The processor's name; `unknown` if the system does not report it.
  package let processor: String

  /// Notes a machine.
  package init(engine: String, processor: String) {
    self.engine = engine
    self.processor = processor
  }

  /// Looks at an engine of this machine.
  init(running engine: any Engine) {
    self.init(engine: engine.summary, processor: ProcessorName.ofThisMachine.text)
  }

  /// Both, as in `cpu (avx512) on AMD EPYC 7B13`.
  var text: String { "\(engine) on \(processor)" }
}
