/// What an engine keeps in memory between batches.
struct EngineBuffers {
  /// Of a block of layers.
  struct Block {
    /// Pooled bits `[N, T, h, w, planes, words]`.
    let pooled = KeptBuffer<UInt64>()
    /// The convolution's output `[N, H, W, T, C]`; of all blocks but the first.
    let values = KeptBuffer<Float>()
    /// The gradient with respect to the input, where it does not fit into the values' memory.
    let inputGradient = KeptBuffer<Float>()
  }

  /// Of a linear layer.
  struct Linear {
    /// Inputs `[T·N, inputs]`.
    let rows = KeptBuffer<Float>()
    /// What of them is not 0.
    let counts = KeptBuffer<Int32>()
    let places = KeptBuffer<Int32>()
    let values = KeptBuffer<Float>()
    /// Weights as the forward pass takes them.
    let weights = KeptBuffer<Float>()
    /// The gradient with respect to the outputs.
    let outputGradient = KeptBuffer<Float>()
    /// The gradient with respect to the inputs.
    let inputGradient = KeptBuffer<Float>()
  }

  /// Of a convolution's gradient with respect to its weights; one convolution's at a time.
  struct WeightSums {
    let samples = KeptBuffer<Float>()
    let blocks = KeptBuffer<Float>()
  }

  /// Of each convolution.
  let blocks: [Block]
  /// Of each linear layer.
  let linears: [Linear]
  let weightSums = WeightSums()
  /// Counts with a border of zeros `[N, T, H + 2, W + 2, polarities]`.
  let counts = KeptBuffer<Float>()
  /// The gradient with respect to a convolution's output, of some samples.
  let outputGradient = KeptBuffer<Float>()
  /// The gradient with respect to the features of the first linear layer `[N, h, w, T, C]`.
  let featureGradient = KeptBuffer<Float>()

  init(blockCount: Int, linearCount: Int) {
    blocks = (0..<blockCount).map { _ in Block() }
    linears = (0..<linearCount).map { _ in Linear() }
  }
}
