/// What a node of a graph computes: the types of nodes that networks of ours consist of.
///
/// Shapes have no axis for samples or time.
package enum NIRNode: Equatable, Sendable {
  /// The input, of this shape.
  case input(shape: [Int])
  /// The output, of this shape.
  case output(shape: [Int])
  /// A convolution of images.
  case conv2d(NIRConvolution)
  /// Means of pixels.
  case avgPool2d(NIRPooling)
  /// Sums of pixels.
  case sumPool2d(NIRPooling)
  /// An image of this shape as a vector, in row-major order.
  case flatten(shape: [Int])
  /// A matrix `[out, in]`.
  case linear(weight: NIRArray)
  /// A matrix `[out, in]` and a bias for each output.
  case affine(weight: NIRArray, bias: [Float])
  /// Leaky integrate-and-fire neurons: `τ·dv/dt = v_leak − v + r·x`.
  case lif(NIRNeurons)
  /// Integrate-and-fire neurons: `dv/dt = r·x`.
  case integrateAndFire(NIRNeurons)

  /// The type's name in files.
  package var typeName: String {
    switch self {
    case .input: "Input"
    case .output: "Output"
    case .conv2d: "Conv2d"
    case .avgPool2d: "AvgPool2d"
    case .sumPool2d: "SumPool2d"
    case .flatten: "Flatten"
    case .linear: "Linear"
    case .affine: "Affine"
    case .lif: "LIF"
    case .integrateAndFire: "IF"
    }
  }
}

/// Numbers along any axes, row-major.
package struct NIRArray: Equatable, Sendable {
  /// The length along each axis.
  package let shape: [Int]
  /// The numbers.
  package let values: [Float]

  /// Makes an array; `values` has the product of the lengths.
  package init(shape: [Int], _ values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "\(values.count) values for shape \(shape)")
    self.shape = shape
    self.values = values
  }
}

/// A two-dimensional convolution with a bias.
package struct NIRConvolution: Equatable, Sendable {
  /// Height and width of the input; `nil` if the file does not say.
  package let inputSize: [Int]?
  /// The weights `[out, in, height, width]`.
  package let weight: NIRArray
  /// A bias for each output channel.
  package let bias: [Float]
  /// The step between outputs, along height and width.
  package let stride: [Int]
  /// The pixels of zeros around the input, along height and width.
  package let padding: [Int]
  /// The distance of taps, along height and width.
  package let dilation: [Int]
  /// The number of groups of channels.
  package let groupCount: Int

  /// Describes a convolution; by default one of stride 1.
  package init(
    inputSize: [Int]?, weight: NIRArray, bias: [Float], stride: [Int] = [1, 1], padding: [Int],
    dilation: [Int] = [1, 1], groupCount: Int = 1
  ) {
    self.inputSize = inputSize
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groupCount = groupCount
  }
}

/// A pooling, all along height and width.
package struct NIRPooling: Equatable, Sendable {
  /// The size of a pooling window.
  package let kernelSize: [Int]
  /// The step between pooling windows.
  package let stride: [Int]
  /// The pixels of zeros around the input.
  package let padding: [Int]

  /// Pooling windows of 2×2 pixels that do not overlap.
  package static let halves = NIRPooling(kernelSize: [2, 2], stride: [2, 2], padding: [0, 0])

  /// Describes a pooling.
  package init(kernelSize: [Int], stride: [Int], padding: [Int]) {
    self.kernelSize = kernelSize
    self.stride = stride
    self.padding = padding
  }
}

/// Neurons that all have the same constants; times are in seconds.
package struct NIRNeurons: Equatable, Sendable {
  /// The neurons: an image's or a vector's shape.
  package let shape: [Int]
  /// The membrane's time constant τ; `nil` without leak.
  package let tau: Double?
  /// The resistance r, by which the input is multiplied.
  package let resistance: Double
  /// The potential to which the membrane leaks; `nil` without leak.
  package let leakPotential: Double?
  /// The potential over which a neuron fires.
  package let threshold: Double
  /// The potential after a spike.
  package let resetPotential: Double

  /// Describes neurons with a leak.
  package init(
    shape: [Int], tau: Double, resistance: Double, leakPotential: Double, threshold: Double,
    resetPotential: Double
  ) {
    self.shape = shape
    self.tau = tau
    self.resistance = resistance
    self.leakPotential = leakPotential
    self.threshold = threshold
    self.resetPotential = resetPotential
  }

  /// Describes neurons without a leak.
  package init(shape: [Int], resistance: Double, threshold: Double, resetPotential: Double) {
    self.shape = shape
    tau = nil
    self.resistance = resistance
    leakPotential = nil
    self.threshold = threshold
    self.resetPotential = resetPotential
  }
}
