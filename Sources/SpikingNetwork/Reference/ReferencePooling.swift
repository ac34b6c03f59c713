/// 2×2 pooling of images `[images, H, W]` with stride 2; an odd last row or column is dropped.
struct ReferencePooling {
  let pooling: Pooling
  /// H.
  let height: Int
  /// W.
  let width: Int

  func output(_ input: [Float]) -> [Float] {
    corners(input.count).map { corner in
      let values = offsets.map { input[corner + $0] }
      switch pooling {
      case .maximum: return values.max() ?? 0
      case .average: return values.reduce(0, +) / 4
      }
    }
  }

  /// The gradient with respect to the input; of equal maxima, the first in row-major order receives
  /// it.
  func inputGradient(_ input: [Float], _ outputGradient: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: input.count)
    for (corner, gradient) in zip(corners(input.count), outputGradient) {
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

  private var offsets: [Int] { [0, 1, width, width + 1] }

  /// Index of the upper left pixel of each pooling window, in the order of the output.
  private func corners(_ inputCount: Int) -> some Sequence<Int> {
    let (rows, columns) = (height / 2, width / 2)
    return (0..<inputCount / (height * width) * rows * columns).lazy.map { index in
      let (window, column) = index.quotientAndRemainder(dividingBy: columns)
      let (image, row) = window.quotientAndRemainder(dividingBy: rows)
      return (image * height + 2 * row) * width + 2 * column
    }
  }
}
