internal import CDVSKernels

/// The instruction sets that kernels are compiled for.
public enum InstructionSet: String, Sendable, CaseIterable {
  /// The instructions that every processor of the architecture has.
  case baseline
  /// x86: vectors of 256 bits.
  case avx2
  /// x86: vectors of 512 bits (F, BW, DQ, VL).
  case avx512
  /// x86: the same, and dot products of bfloat16, which are summed in float32.
  case avx512bf16

  /// The instruction sets that this machine supports, the best one last.
  public static var available: [InstructionSet] {
    allCases.filter { dvsk_isa_is_available($0.kernelSet) != 0 }
  }

  var multipliesBFloat16: Bool { self == .avx512bf16 }

  var kernelSet: dvsk_isa {
    switch self {
    case .baseline: DVSK_BASELINE
    case .avx2: DVSK_AVX2
    case .avx512: DVSK_AVX512
    case .avx512bf16: DVSK_AVX512_BF16
    }
  }
}
