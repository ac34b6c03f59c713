/// a, b and offset of batch norm's backward pass, `[groups, C]`.
struct BackwardFactors: Sendable {
  let a: Buffer<Float>
  let b: Buffer<Float>
  let offset: Buffer<Float>

  init(_ gradients: BatchNorm.Gradients) {
    a = Buffer(gradients.a)
    b = Buffer(gradients.b)
    offset = Buffer(gradients.offset)
  }
}
