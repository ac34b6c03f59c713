/// 2×2 pooling of planes `[planes, side, side]`.
struct ReferencePooling {
  let pooling: Pooling
  /// H = W before pooling; even.
  let sideLength: Int

  func output(_ input: [Float]) -> [Float] {
    outputPlaces(input.count).map { corner in
      let values = offsets.map { input[corner + $0] }
      switch pooling {
      case .maximum: return values.max() ?? 0
      case .average: return values.reduce(0, +) / 4
      }
    }
  }

  /// The gradient by the input: of equal maxima, the first in row-major order gets it.
  func inputGradient(_ input: [Float], _ outputGradient: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: input.count)
    for (corner, gradient) in zip(outputPlaces(input.count), outputGradient) {
      switch pooling {
      case .maximum:
        let winner = offsets.reduce(0) { input[corner + $1] > input[corner + $0] ? $1 : $0 }
        result[corner + winner] = gradient
      case .average:
        for offset in offsets { result[corner + offset] = gradient / 4 }
      }
    }
    return result
  }

  private var offsets: [Int] { [0, 1, sideLength, sideLength + 1] }

  /// The upper left of each square, in the order of the output.
  private func outputPlaces(_ inputCount: Int) -> some Sequence<Int> {
    let pooledSide = sideLength / 2
    return (0..<inputCount / 4).lazy.map { place in
      (place / pooledSide) * 2 * sideLength + (place % pooledSide) * 2
    }
  }
}
