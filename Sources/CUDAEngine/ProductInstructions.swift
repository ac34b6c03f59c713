/// The instructions of matrix products on a GPU; the raw value is the name in `DVS_ISA`.
package enum ProductInstructions: String, CaseIterable, Sendable {
  /// Tensor cores, with each number split into two float16 halves.
  case tensor
  /// Fused multiply-adds in float32: slow; the products on tensor cores are tested against them.
  case fma
}
