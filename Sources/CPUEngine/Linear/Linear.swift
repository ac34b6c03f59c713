internal import CDVSKernels

/// A linear layer without bias over rows `[T·N, inputs]`, and the neurons behind it.
struct Linear: Sendable {
  let stepCount: Int
  let sampleCount: Int
  let inputCount: Int
  let outputCount: Int
  let neuron: dvsk_neuron
  let context: KernelContext

  private var rowCount: Int { stepCount * sampleCount }

  /// `rows · weightsᵀ`, weights `[outputs, inputs]`.
  ///
  /// - Parameter isPerSample: Whether each sample is a product of its own. How OpenBLAS adds up a
  ///   row may depend on how many rows there are; so no sample depends on the others.
  func forward(
    _ input: Buffer<Float>, _ weights: Buffer<Float>, into output: Buffer<Float>,
    isPerSample: Bool
  ) {
    let (inputs, outputs) = (inputCount, outputCount)
    let productCount = isPerSample ? sampleCount : 1
    let rows = rowCount / productCount
    forEachRange(of: outputs) { range in
      for product in 0..<productCount {
        // Safe: a range of outputs is a range of the weights' rows and of the result's columns; a
        // sample's rows are as far apart as there are samples.
        unsafe MatrixProduct(
          rowCount: rows, columnCount: range.count, innerCount: inputs, transposesRight: true,
          leftStride: productCount * inputs, resultStride: productCount * outputs
        ).run(
          input.address(
            product * inputs, count: (rows - 1) * productCount * inputs + inputs),
          weights.address(range.lowerBound * inputs, count: range.count * inputs),
          output.address(
            product * outputs + range.lowerBound,
            count: (rows - 1) * productCount * outputs + range.count))
      }
    }
  }

  /// The gradient with respect to the weights `[outputs, inputs]`, from that with respect to the
  /// output.
  func weightGradient(_ input: Buffer<Float>, _ gradient: Buffer<Float>) -> [Float] {
    let (rows, inputs, outputs) = (rowCount, inputCount, outputCount)
    let result = Buffer<Float>(count: outputs * inputs)
    forEachRange(of: outputs) { range in
      // Safe: a range of outputs is a range of the gradient's columns and of the result's rows.
      unsafe MatrixProduct(
        rowCount: range.count, columnCount: inputs, innerCount: rows, transposesLeft: true,
        leftStride: outputs
      ).run(
        gradient.address(range.lowerBound, count: (rows - 1) * outputs + range.count),
        input.address(count: rows * inputs),
        result.address(range.lowerBound * inputs, count: range.count * inputs))
    }
    return result.values
  }

  /// The gradient with respect to the input, from that with respect to the output.
  func inputGradient(
    _ gradient: Buffer<Float>, _ weights: Buffer<Float>, into result: Buffer<Float>
  ) {
    let (rows, inputs, outputs) = (rowCount, inputCount, outputCount)
    forEachRange(of: inputs) { range in
      // Safe: a range of inputs is a range of the weights' and the result's columns.
      unsafe MatrixProduct(
        rowCount: rows, columnCount: range.count, innerCount: outputs, rightStride: inputs,
        resultStride: inputs
      ).run(
        gradient.address(count: rows * outputs),
        weights.address(range.lowerBound, count: (outputs - 1) * inputs + range.count),
        result.address(range.lowerBound, count: (rows - 1) * inputs + range.count))
    }
  }

  /// Runs the neurons on sums `[T·N, outputs]`.
  ///
  /// - Returns: The spikes `[T·N, outputs]`, 0 or 1, and how many of each neuron.
  func spikes(_ sums: Buffer<Float>) -> (spikes: [Float], counts: [Int]) {
    let (steps, samples, outputs) = (stepCount, sampleCount, outputCount)
    let result = Buffer<Float>(count: steps * samples * outputs)
    let counts = ShareSums<Int32>(count: outputs)
    forEachSample { share, sample, scratch in
      runForward(sample, sums, scratch)
      // Safe: all steps of a sample are read, and the share's own counts are written.
      unsafe dvsk_count_spikes(
        context.isa, steps, outputs, scratch.spikes.address(count: steps * outputs),
        counts.address(share: share))
      for step in 0..<steps {
        for output in 0..<outputs {
          result[(step * samples + sample) * outputs + output] = Float(
            scratch.spikes[step * outputs + output])
        }
      }
    }
    return (result.values, counts.wideTotal())
  }

  /// The gradient with respect to the sums, from that with respect to the spikes; and what the
  /// gradient with respect to w is made of.
  func spikeBackward(
    _ sums: Buffer<Float>, _ spikeGradient: [Float], sumsMembraneWeight: Bool
  ) -> (gradient: Buffer<Float>, membraneWeight: Double) {
    let (steps, samples, outputs) = (stepCount, sampleCount, outputCount)
    let result = Buffer<Float>(count: steps * samples * outputs)
    let weightSums = ShareSums<Double>(count: outputs)
    forEachSample { share, sample, scratch in
      runForward(sample, sums, scratch)
      for step in 0..<steps {
        for output in 0..<outputs {
          scratch.gradient[step * outputs + output] =
            spikeGradient[(step * samples + sample) * outputs + output]
        }
      }
      // Safe: all steps of a sample are within the buffers; the sums are the share's own.
      unsafe withUnsafePointer(to: neuron) { neuron in
        unsafe dvsk_neuron_backward(
          context.isa, neuron, stepsOfSample, sums.address(sample * outputs, count: extent),
          scratch.charged.address(count: steps * outputs),
          scratch.gradient.address(count: steps * outputs),
          sumsMembraneWeight ? weightSums.address(share: share) : nil)
      }
      for step in 0..<steps {
        for output in 0..<outputs {
          result[(step * samples + sample) * outputs + output] =
            scratch.gradient[step * outputs + output]
        }
      }
    }
    return (result, weightSums.total(context.workers).reduce(0, +))
  }

  private struct Scratch {
    let charged: Buffer<Float>
    let gradient: Buffer<Float>
    let spikes: Buffer<UInt8>
  }

  private var extent: Int { (stepCount - 1) * sampleCount * outputCount + outputCount }

  private var stepsOfSample: dvsk_steps {
    dvsk_steps(
      step_count: stepCount, channel_count: outputCount,
      input_stride: sampleCount * outputCount)
  }

  private func runForward(_ sample: Int, _ sums: Buffer<Float>, _ scratch: Scratch) {
    // Safe: all steps of a sample are within the buffers.
    unsafe withUnsafePointer(to: neuron) { neuron in
      unsafe dvsk_neuron_forward(
        context.isa, neuron, stepsOfSample, sums.address(sample * outputCount, count: extent),
        scratch.charged.address(count: stepCount * outputCount),
        scratch.spikes.address(count: stepCount * outputCount))
    }
  }

  private func forEachSample(_ body: @escaping @Sendable (Int, Int, Scratch) -> Void) {
    let count = stepCount * outputCount
    context.workers.forEachShare(of: sampleCount) { share, samples in
      let scratch = Scratch(
        charged: Buffer(count: count), gradient: Buffer(count: count),
        spikes: Buffer(count: count))
      for sample in samples { body(share, sample, scratch) }
    }
  }

  /// Ranges of 64 columns: of fixed size, whatever the number of threads.
  private func forEachRange(of count: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) {
    context.workers.forEachShare(of: (count + 63) / 64) { _, units in
      for unit in units { body(unit * 64..<min(count, unit * 64 + 64)) }
    }
  }
}
