internal import CDVSKernels

/// On what kernels run: how many threads, and which of the processor's instructions.
struct KernelContext: Sendable {
  let workers: Workers
  let instructionSet: InstructionSet

  /// The instructions, as kernels are told.
  var isa: dvsk_isa { instructionSet.kernelSet }
}
