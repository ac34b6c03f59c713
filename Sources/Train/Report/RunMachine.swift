internal import SpikingNetwork

/// The engine and the processor that computed an epoch.
package struct RunMachine: Equatable, Sendable {
  /// The engine and its instruction set or device, as in `cpu (avx512)`.
  package let engine: String
  /// The processor's name; `unknown` if the system does not report it.
  package let processor: String

  /// Creates a machine.
  package init(engine: String, processor: String) {
    self.engine = engine
    self.processor = processor
  }

  /// Describes this machine, running an engine.
  init(running engine: any Engine) {
    self.init(engine: engine.summary, processor: ProcessorName.ofThisMachine.text)
  }

  /// Engine and processor, as in `cpu (avx512) on AMD EPYC 7B13`.
  var text: String { "\(engine) on \(processor)" }
}
