internal import CDVSKernels
internal import SpikingNetwork

/// The neurons behind a linear layer, over sums `[T·N, outputs]`.
struct LinearNeurons: Sendable {
  let stepCount: Int
  let sampleCount: Int
  let outputCount: Int
  let neuron: dvsk_neuron
  let context: KernelContext

  /// Neurons of a sample that are one thread's at a time.
  private static let blockSize = 128

  /// Runs the neurons.
  ///
  /// - Returns: The spikes `[T·N, outputs]`, 0 or 1, and how many of each neuron.
  func spikes(_ sums: Buffer<Float>) -> (spikes: Buffer<Float>, counts: [Int]) {
    let outputs = outputCount
    let result = Buffer<Float>(count: stepCount * sampleCount * outputs)
    let counts = LeafSums<Int32>(sampleCount: sampleCount, count: outputs)
    forEachBlock { sample, block, scratch in
      runForward(sample, block, sums, scratch)
      // Safe: all steps of a block; its own places of the sample's counts, set to 0 first.
      let own = unsafe counts.leaf(sample: sample) + block.lowerBound
      unsafe own.update(repeating: 0, count: block.count)
      unsafe dvsk_count_spikes(
        context.isa, stepCount, block.count,
        scratch.spikes.address(count: stepCount * block.count), own)
      for step in 0..<stepCount {
        let row = (step * sampleCount + sample) * outputs + block.lowerBound
        for place in 0..<block.count {
          result[row + place] = Float(scratch.spikes[step * block.count + place])
        }
      }
    }
    return (result, counts.wideTotal())
  }

  /// Goes back through the neurons.
  ///
  /// - Parameters:
  ///   - spikeGradient: That with respect to the spikes, rows `spikeStride` apart.
  ///   - result: Gets that with respect to the sums, rows `stride` apart, rounded to `precision`.
  /// - Returns: What the gradient with respect to w is made of; 0 unless it is asked for.
  func backward(
    _ sums: Buffer<Float>, _ spikeGradient: Buffer<Float>, spikeStride: Int,
    into result: Buffer<Float>, stride: Int, _ precision: Precision, sumsMembraneWeight: Bool
  ) -> Double {
    let weightSums = LeafSums<Double>(
      sampleCount: sumsMembraneWeight ? sampleCount : 0, count: outputCount)
    forEachBlock { sample, block, scratch in
      runForward(sample, block, sums, scratch)
      let count = block.count
      for step in 0..<stepCount {
        let row = (step * sampleCount + sample) * spikeStride + block.lowerBound
        for place in 0..<count {
          scratch.gradient[step * count + place] = spikeGradient[row + place]
        }
      }
      // Safe: all steps of a block are within the buffers; its own places of the sample's sums, set
      // to 0 first.
      let own =
        sumsMembraneWeight ? unsafe weightSums.leaf(sample: sample) + block.lowerBound : nil
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
        for place in 0..<count {
          result[row + place] = precision.rounded(scratch.gradient[step * count + place])
        }
      }
    }
    if !sumsMembraneWeight { return 0 }
    return weightSums.total(context.workers).values.reduce(0, +)
  }

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

  /// Numbers from a block's first to its last.
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
