internal import CDVSKernels
internal import SpikingNetwork

/// The neurons after a linear layer, whose inputs are its sums `[T·N, outputs]`.
struct LinearNeurons: Sendable {
  let stepCount: Int
  let sampleCount: Int
  let outputCount: Int
  let neuron: dvsk_neuron
  let context: KernelContext

  /// How many neurons of a sample are one unit of work.
  private static let blockSize = 128

  /// Runs the neurons.
  ///
  /// - Returns: The spikes `[T·N, outputs]`, 0 or 1, and the number of spikes of each neuron.
  func spikes(_ sums: Buffer<Float>) -> (spikes: Buffer<Float>, counts: [Int]) {
    let outputs = outputCount
    let result = Buffer<Float>(count: stepCount * sampleCount * outputs)
    let counts = LeafSums<Int32>(sampleCount: sampleCount, count: outputs)
    forEachBlock { sample, block, scratch in
      runForward(sample, block, sums, scratch)
      // Safe: all steps of a block, and the counts of the same neurons, which are set to 0 first.
      let own = unsafe counts.leaf(sample: sample) + block.lowerBound
      unsafe own.update(repeating: 0, count: block.count)
      unsafe dvsk_count_spikes(
        context.isa, stepCount, block.count,
        scratch.spikes.address(count: stepCount * block.count), own)
      for step in 0..<stepCount {
        let row = (step * sampleCount + sample) * outputs + block.lowerBound
        for index in 0..<block.count {
          result[row + index] = Float(scratch.spikes[step * block.count + index])
        }
      }
    }
    return (result, counts.wideTotal())
  }

  /// Runs the neurons' backward pass.
  ///
  /// - Parameters:
  ///   - spikeGradient: The gradient with respect to the spikes, rows `spikeStride` apart.
  ///   - result: Gets the gradient with respect to the sums, rows `stride` apart, rounded to
  ///     `precision`.
  ///   - sumsLeakGradient: Whether the gradient with respect to k is computed.
  /// - Returns: The gradient with respect to k, of each neuron; empty if it is not computed.
  func backward(
    _ sums: Buffer<Float>, _ spikeGradient: Buffer<Float>, spikeStride: Int,
    into result: Buffer<Float>, stride: Int, _ precision: Precision, sumsLeakGradient: Bool
  ) -> [Double] {
    let leakGradients = LeafSums<Double>(
      sampleCount: sumsLeakGradient ? sampleCount : 0, count: outputCount)
    forEachBlock { sample, block, scratch in
      runForward(sample, block, sums, scratch)
      let count = block.count
      for step in 0..<stepCount {
        let row = (step * sampleCount + sample) * spikeStride + block.lowerBound
        for index in 0..<count {
          scratch.gradient[step * count + index] = spikeGradient[row + index]
        }
      }
      // Safe: all steps of a block are within the buffers; the sums are those of the same neurons
      // and are set to 0 first.
      let own =
        sumsLeakGradient ? unsafe leakGradients.leaf(sample: sample) + block.lowerBound : nil
      if let own = unsafe own { unsafe own.update(repeating: 0, count: count) }
      unsafe withUnsafePointer(to: neuron) { neuron in
        unsafe dvsk_neuron_backward(
          context.isa, neuron, steps(of: block),
          sums.address(sample * outputCount + block.lowerBound, count: extent(of: block)),
          scratch.charged.address(count: stepCount * count),
          scratch.gradient.address(count: stepCount * count), own)
      }
      for step in 0..<stepCount {
        let row = (step * sampleCount + sample) * stride + block.lowerBound
        for index in 0..<count {
          result[row + index] = precision.rounded(scratch.gradient[step * count + index])
        }
      }
    }
    return sumsLeakGradient ? leakGradients.total(context.workers).values : []
  }

  /// A thread's memory for one block of neurons, each `[T, neurons]`.
  private struct Scratch {
    let charged: Buffer<Float>
    let gradient: Buffer<Float>
    let spikes: Buffer<UInt8>
  }

  private func steps(of block: Range<Int>) -> dvsk_steps {
    dvsk_steps(
      step_count: stepCount, channel_count: block.count,
      input_stride: sampleCount * outputCount)
  }

  /// Elements from a block's first sum, at the first time step, to its last, at the last one.
  private func extent(of block: Range<Int>) -> Int {
    (stepCount - 1) * sampleCount * outputCount + block.count
  }

  private func runForward(
    _ sample: Int, _ block: Range<Int>, _ sums: Buffer<Float>, _ scratch: Scratch
  ) {
    // Safe: all steps of a block are within the buffers.
    unsafe withUnsafePointer(to: neuron) { neuron in
      unsafe dvsk_neuron_forward(
        context.isa, neuron, steps(of: block),
        sums.address(sample * outputCount + block.lowerBound, count: extent(of: block)),
        scratch.charged.address(count: stepCount * block.count),
        scratch.spikes.address(count: stepCount * block.count))
    }
  }

  private func forEachBlock(_ body: @escaping @Sendable (Int, Range<Int>, Scratch) -> Void) {
    let blockCount = (outputCount + Self.blockSize - 1) / Self.blockSize
    let count = stepCount * min(outputCount, Self.blockSize)
    context.workers.forEach(
      sampleCount * blockCount,
      scratch: {
        Scratch(
          charged: Buffer(count: count), gradient: Buffer(count: count),
          spikes: Buffer(count: count))
      },
      { unit, scratch in
        let (sample, block) = unit.quotientAndRemainder(dividingBy: blockCount)
        let first = block * Self.blockSize
        body(sample, first..<min(outputCount, first + Self.blockSize), scratch)
      })
  }
}
