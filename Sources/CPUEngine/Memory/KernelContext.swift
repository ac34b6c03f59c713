internal import CDVSKernels

/// The threads and the instruction set that kernels run with.
struct KernelContext: Sendable {
  let workers: Workers
  let instructionSet: InstructionSet

  /// The instruction set as the kernels' type.
  var isa: dvsk_isa { instructionSet.kernelSet }
}
