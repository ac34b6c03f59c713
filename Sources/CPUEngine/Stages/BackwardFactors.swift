/// The factors of batch norm's backward pass, `[groups, C]`; see ``BatchNorm/Gradients``.
struct BackwardFactors: Sendable {
  let a: Buffer<Float>
  let b: Buffer<Float>
  let c: Buffer<Float>

  init(_ gradients: BatchNorm.Gradients) {
    a = Buffer(gradients.a)
    b = Buffer(gradients.b)
    c = Buffer(gradients.c)
  }
}
