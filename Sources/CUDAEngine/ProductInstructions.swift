/// The instructions that multiply matrices on a GPU; the raw value is their name in `DVS_ISA`.
package enum ProductInstructions: String, CaseIterable, Sendable {
  /// Tensor cores, of numbers that are split into halves of float16.
  case tensor
  /// float32's fused multiply-adds: slow, and what the products on tensor cores are tested against.
  case fma
}
