internal import CDVSKernels
internal import SpikingNetwork

/// A linear layer over rows `[T·N, inputs]`; ``LinearBias`` adds its biases, if it has any.
///
/// Inputs that are 0 are skipped. All sums have a fixed order: an output sums over the inputs in
/// order, the gradient with respect to an input over the outputs in order, and the gradient with
/// respect to a weight over the time steps of each sample, then over samples as in ``SampleTree``.
struct Linear: Sendable {
  let stepCount: Int
  let sampleCount: Int
  let inputCount: Int
  let outputCount: Int
  let precision: Precision
  let context: KernelContext

  /// T·N.
  var rowCount: Int { stepCount * sampleCount }
  /// T·N, rounded up to a multiple of 8: the number of rows of gradients.
  var paddedRowCount: Int { (rowCount + 7) / 8 * 8 }
  /// Elements from one row of the gradient with respect to the outputs to the next; those after the
  /// outputs are 0.
  var gradientStride: Int {
    (outputCount + DVSK_LINEAR_BLOCK - 1) / DVSK_LINEAR_BLOCK * DVSK_LINEAR_BLOCK
  }
  /// Elements from one row of the gradient with respect to the inputs to the next.
  var inputGradientStride: Int { (inputCount + 31) / 32 * 32 }

  private var kernel: dvsk_linear {
    dvsk_linear(
      step_count: stepCount, sample_count: sampleCount, input_count: inputCount,
      output_count: outputCount, gradient_stride: gradientStride)
  }
  private var outputBlockCount: Int { gradientStride / DVSK_LINEAR_BLOCK }
  private var rounds: Int32 { precision == .bfloat16 ? 1 : 0 }

  /// Weights `[outputs, inputs]` in the layout of ``forward(_:packedWeights:into:)``: blocks of
  /// outputs `[inputs, DVSK_LINEAR_BLOCK]`.
  func packed(_ weights: [Float], into buffer: ReusableBuffer<Float>) -> Buffer<Float> {
    let blockSize = inputCount * DVSK_LINEAR_BLOCK
    let result = buffer.atLeast(outputBlockCount * blockSize)
    let partSize = 512
    let partCount = (inputCount + partSize - 1) / partSize
    unsafe weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      nonisolated(unsafe) let source = unsafe weights
      context.workers.forEach(outputBlockCount * partCount) { unit in
        let (block, part) = unit.quotientAndRemainder(dividingBy: partCount)
        // Safe: the kernel gets the extents of the weights and writes one part of a block.
        unsafe withUnsafePointer(to: kernel) { kernel in
          unsafe dvsk_pack_linear(
            context.isa, kernel, source, block * DVSK_LINEAR_BLOCK, part * partSize,
            min(inputCount, (part + 1) * partSize), rounds,
            result.address(block * blockSize, count: blockSize))
        }
      }
    }
    return result
  }

  /// Computes the outputs `[T·N, outputs]`.
  func forward(
    _ input: LinearInput, packedWeights: Buffer<Float>, into sums: Buffer<Float>
  ) {
    // This many samples use a block's weights while they are in a core's cache.
    let groupSize = 4
    let groupCount = (sampleCount + groupSize - 1) / groupSize
    let blockSize = inputCount * DVSK_LINEAR_BLOCK
    context.workers.forEach(
      outputBlockCount * groupCount,
      scratch: { Buffer<Int32>(count: stepCount * groupSize) },
      { unit, cursors in
        let (block, group) = unit.quotientAndRemainder(dividingBy: groupCount)
        let first = group * groupSize
        // Safe: each call reads one block's weights, and writes that block's columns of the rows of
        // its samples.
        unsafe withUnsafePointer(to: kernel) { kernel in
          unsafe withUnsafePointer(to: input.nonzero) { nonzero in
            unsafe dvsk_linear_forward(
              context.isa, kernel, nonzero,
              packedWeights.address(block * blockSize, count: blockSize),
              block * DVSK_LINEAR_BLOCK, first, min(groupSize, sampleCount - first),
              cursors.address(count: cursors.count),
              sums.address(count: rowCount * outputCount))
          }
        }
      })
  }

  /// Adds the gradient with respect to the weights to `weights` `[outputs, inputs]`.
  ///
  /// - Parameter gradient: The gradient with respect to the outputs: ``paddedRowCount`` rows that
  ///   are ``gradientStride`` apart.
  func addWeightGradient(
    _ input: LinearInput, _ gradient: Buffer<Float>, to weights: inout [Float]
  ) {
    let pairs = Buffer(
      SampleTree.additions(sampleCount: sampleCount).flatMap { [Int32($0.into), Int32($0.from)] })
    let scratchSize = unsafe withUnsafePointer(to: kernel) { unsafe dvsk_linear_scratch_size($0) }
    unsafe weights.withUnsafeMutableBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      nonisolated(unsafe) let target = unsafe weights
      context.workers.forEach(
        (inputCount + 15) / 16, scratch: { Buffer<UInt8>(count: scratchSize) },
        { unit, scratch in
          // Safe: each call writes the columns of 16 inputs; scratch has the size that the kernel
          // asks for.
          let additions = unsafe dvsk_additions(
            pairs: pairs.address(count: pairs.count), count: pairs.count / 2)
          unsafe withUnsafePointer(to: kernel) { kernel in
            unsafe withUnsafePointer(to: additions) { additions in
              unsafe dvsk_linear_weight_gradient(
                context.isa, kernel, input.rows.address(count: rowCount * inputCount),
                gradient.address(count: paddedRowCount * gradientStride), unit * 16, additions,
                target, scratch.address(count: scratchSize))
            }
          }
        })
    }
  }

  /// Computes the gradient with respect to the inputs, rows ``inputGradientStride`` apart.
  ///
  /// - Parameter result: Gets ``paddedRowCount`` rows.
  func inputGradient(
    _ gradient: Buffer<Float>, _ weights: [Float], into result: Buffer<Float>
  ) {
    let panelCount = inputGradientStride / 32
    let rowsPerUnit = 128
    let rowGroupCount = (paddedRowCount + rowsPerUnit - 1) / rowsPerUnit
    unsafe weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      nonisolated(unsafe) let source = unsafe weights
      context.workers.forEach(
        panelCount * rowGroupCount, scratch: { Buffer<Float>(count: outputCount * 32) },
        { unit, panel in
          let (number, group) = unit.quotientAndRemainder(dividingBy: rowGroupCount)
          let rows = group * rowsPerUnit..<min(paddedRowCount, (group + 1) * rowsPerUnit)
          // Safe: each call reads some rows of the gradient and writes a panel's columns of the
          // same rows.
          unsafe withUnsafePointer(to: kernel) { kernel in
            unsafe dvsk_linear_input_gradient(
              context.isa, kernel,
              gradient.address(
                rows.lowerBound * gradientStride, count: rows.count * gradientStride),
              source, number * 32, rows.count, rounds, panel.address(count: panel.count),
              result.address(
                rows.lowerBound * inputGradientStride + number * 32,
                count: (rows.count - 1) * inputGradientStride + 32),
              inputGradientStride)
          }
        })
    }
  }
}
