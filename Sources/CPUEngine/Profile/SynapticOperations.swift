internal import SpikingNetwork

/// Counts the synaptic operations of 3×3 convolutions: inputs that are not 0, each times the
/// weights that it meets.
///
/// An input meets nine pixels of an output channel, fewer at the border: it is in the padding of
/// none.
struct SynapticOperations: Sendable {
  let height: Int
  let width: Int
  /// The channels of the convolution's output.
  let channelCount: Int
  let workers: Workers

  /// The operations of a row, from its number of inputs that are not 0 and how many of them are in
  /// the first and in the last column; both are the same in an image of one column.
  private func count(row: Int, nonzero: Int, first: Int, last: Int) -> Int {
    let rows = 3 - (row == 0 ? 1 : 0) - (row == height - 1 ? 1 : 0)
    return rows * (3 * nonzero - first - last) * channelCount
  }

  /// The operations of event counts `[images, H, W]`.
  func ofCounts(_ counts: LabelledFrames.Counts) -> Int {
    switch counts {
    case .uint8(let counts): ofCounts(counts)
    case .uint16(let counts): ofCounts(counts)
    }
  }

  private func ofCounts<Element: FixedWidthInteger & Sendable>(_ counts: [Element]) -> Int {
    total(imageCount: counts.count / (height * width)) { image in
      let pixels = counts.span
      return (0..<height).reduce(0) { sum, row in
        let begin = (image * height + row) * width
        var nonzero = 0
        for index in begin..<begin + width { nonzero += pixels[index] == 0 ? 0 : 1 }
        return sum
          + count(
            row: row, nonzero: nonzero, first: pixels[begin] == 0 ? 0 : 1,
            last: pixels[begin + width - 1] == 0 ? 0 : 1)
      }
    }
  }

  /// The operations of spikes as bits `[images, H, W, bit planes, words]`; an input of several bit
  /// planes is their mean.
  func ofBits(_ bits: Buffer<UInt64>, imageCount: Int, planeCount: Int, wordCount: Int) -> Int {
    total(imageCount: imageCount) { image in
      (0..<height).reduce(0) { sum, row in
        var (nonzero, first, last) = (0, 0, 0)
        for column in 0..<width {
          let pixel = ((image * height + row) * width + column) * planeCount * wordCount
          var found = 0
          for word in 0..<wordCount {
            var any: UInt64 = 0
            for plane in 0..<planeCount { any |= bits[pixel + plane * wordCount + word] }
            found += any.nonzeroBitCount
          }
          nonzero += found
          if column == 0 { first = found }
          if column == width - 1 { last = found }
        }
        return sum + count(row: row, nonzero: nonzero, first: first, last: last)
      }
    }
  }

  private func total(imageCount: Int, _ count: @escaping @Sendable (Int) -> Int) -> Int {
    let counts = Buffer<Int>(count: max(1, imageCount))
    counts.fill(0)
    workers.forEach(imageCount) { image in counts[image] = count(image) }
    return counts.values.reduce(0, +)
  }
}

extension CPUEngine {
  /// The synaptic operations of a convolution.
  func operations(of block: ConvolutionBlock) -> SynapticOperations {
    SynapticOperations(
      height: block.input.height, width: block.input.width,
      channelCount: block.output.channelCount, workers: context.workers)
  }
}
