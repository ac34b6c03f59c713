import NIRFiles

/// Runs the nodes of a graph of NIR one frame after another, in float64, by the equations of nir's
/// documents and one Euler step a frame.
struct GraphSimulation {
  /// The spikes of each LIF node, summed over all frames: of each channel, or each neuron after
  /// linear layers.
  private(set) var spikeCounts: [[Int]] = []
  private let nodes: [NIRNode]
  private let timeStep: Double
  private var membranes: [Int: [Double]] = [:]

  /// Runs all frames of a sample.
  ///
  /// - Parameters:
  ///   - nodes: The nodes, each of which passes its output to the next.
  ///   - frames: The counts of each frame, row-major.
  init(_ nodes: [NIRNode], frames: [[Double]], timeStep: Double = 1e-4) {
    self.nodes = nodes
    self.timeStep = timeStep
    for frame in frames { step(frame) }
  }

  private mutating func step(_ frame: [Double]) {
    var (values, shape, layer) = (frame, [Int](), 0)
    for (index, node) in nodes.enumerated() {
      switch node {
      case .input(let extents): shape = extents
      case .output(let extents): precondition(extents == shape)
      case .conv2d(let convolution):
        values = Self.convolve(values, shape, convolution)
        shape[0] = convolution.bias.count
      case .avgPool2d, .sumPool2d:
        values = Self.sums(values, shape)
        if case .avgPool2d = node { values = values.map { $0 / 4 } }
        shape = [shape[0], shape[1] / 2, shape[2] / 2]
      case .flatten: shape = [values.count]
      case .linear(let weight): values = Self.multiply(weight, values, [])
      case .affine(let weight, let bias): values = Self.multiply(weight, values, bias)
      case .lif(let neurons):
        values = fire(index, neurons, values)
        let channelCount = neurons.shape[0]
        if spikeCounts.count == layer {
          spikeCounts.append([Int](repeating: 0, count: channelCount))
        }
        for (number, value) in values.enumerated() {
          spikeCounts[layer][number * channelCount / values.count] += Int(value)
        }
        layer += 1
      case .integrateAndFire(let neurons): values = fire(index, neurons, values)
      }
      if case .linear = node { shape = [values.count] }
      if case .affine = node { shape = [values.count] }
    }
  }

  private mutating func fire(
    _ index: Int, _ neurons: NIRNeurons, _ input: [Double]
  ) -> [Double] {
    var membrane =
      membranes[index] ?? [Double](repeating: neurons.resetPotential, count: input.count)
    var spikes = [Double](repeating: 0, count: input.count)
    for number in input.indices {
      let drive = neurons.resistance * input[number]
      if let tau = neurons.tau, let leak = neurons.leakPotential {
        membrane[number] += timeStep / tau * (leak - membrane[number] + drive)
      } else {
        membrane[number] += timeStep * drive
      }
      guard membrane[number] >= neurons.threshold else { continue }
      spikes[number] = 1
      membrane[number] = neurons.resetPotential
    }
    membranes[index] = membrane
    return spikes
  }

  private static func convolve(
    _ values: [Double], _ shape: [Int], _ convolution: NIRConvolution
  ) -> [Double] {
    let (height, width) = (shape[1], shape[2])
    var result: [Double] = []
    for output in convolution.bias.indices {
      for row in 0..<height {
        for column in 0..<width {
          var sum = Double(convolution.bias[output])
          for input in 0..<shape[0] {
            for tap in 0..<9 {
              let (y, x) = (row + tap / 3 - 1, column + tap % 3 - 1)
              guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
              sum +=
                Double(convolution.weight.values[(output * shape[0] + input) * 9 + tap])
                * values[(input * height + y) * width + x]
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  /// The sums of 2×2 pixels; an odd row or column is left out.
  private static func sums(_ values: [Double], _ shape: [Int]) -> [Double] {
    var result: [Double] = []
    for channel in 0..<shape[0] {
      for row in 0..<shape[1] / 2 {
        for column in 0..<shape[2] / 2 {
          let first = (channel * shape[1] + 2 * row) * shape[2] + 2 * column
          result.append(
            values[first] + values[first + 1] + values[first + shape[2]]
              + values[first + shape[2] + 1])
        }
      }
    }
    return result
  }

  private static func multiply(
    _ weight: NIRArray, _ values: [Double], _ bias: [Float]
  ) -> [Double] {
    (0..<weight.shape[0]).map { output in
      let row = weight.values[output * values.count..<(output + 1) * values.count]
      return zip(row, values).reduce(bias.isEmpty ? 0 : Double(bias[output])) {
        $0 + Double($1.0) * $1.1
      }
    }
  }
}
