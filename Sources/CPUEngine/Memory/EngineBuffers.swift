/// An engine's large buffers, which are reused from one batch to the next.
struct EngineBuffers {
  /// The buffers of a convolution block.
  struct Block {
    /// Pooled bits `[N, T, h, w, bit planes, words]`.
    let pooled = ReusableBuffer<UInt64>()
    /// The convolution's output `[N, H, W, T, C]`; unused in the first block.
    let values = ReusableBuffer<Float>()
    /// The gradient with respect to the input, if it does not fit into the memory of `values`.
    let inputGradient = ReusableBuffer<Float>()
  }

  /// The buffers of a linear layer; see ``LinearInput`` for the first four.
  struct Linear {
    /// Inputs `[T·N, inputs]`.
    let rows = ReusableBuffer<Float>()
    let counts = ReusableBuffer<Int32>()
    let indices = ReusableBuffer<Int32>()
    let values = ReusableBuffer<Float>()
    /// Weights in the layout of the forward pass.
    let weights = ReusableBuffer<Float>()
    /// The gradient with respect to the outputs.
    let outputGradient = ReusableBuffer<Float>()
    /// The gradient with respect to the inputs.
    let inputGradient = ReusableBuffer<Float>()
  }

  /// The buffers for a convolution's weight gradient; convolutions use them one after another.
  struct WeightSums {
    let samples = ReusableBuffer<Float>()
    let blocks = ReusableBuffer<Float>()
  }

  let blocks: [Block]
  let linears: [Linear]
  let weightSums = WeightSums()
  /// Counts with a border of zeros `[N, T, H + 2, W + 2, polarities]`.
  let counts = ReusableBuffer<Float>()
  /// The gradient with respect to a convolution's output, for one group of samples.
  let outputGradient = ReusableBuffer<Float>()
  /// The gradient with respect to the features of the first linear layer `[N, h, w, T, C]`.
  let featureGradient = ReusableBuffer<Float>()

  init(blockCount: Int, linearCount: Int) {
    blocks = (0..<blockCount).map { _ in Block() }
    linears = (0..<linearCount).map { _ in Linear() }
  }
}
