internal import CDVSKernels
internal import SpikingNetwork

extension HardwarePeak {
  /// Measures the speed of a matrix product and of a copy in memory; takes about half a second.
  init(measuring context: KernelContext) {
    let (workers, isa) = (context.workers, context.isa)
    let (side, repeats) = (64, 2000)
    let unitCount = 32
    let products = Self.bestOf(3) {
      workers.forEach(unitCount) { _ in
        let left = Buffer<Float>(count: side * side)
        let right = Buffer<Float>(count: side * side)
        let result = Buffer<Float>(count: side * side)
        left.fill(1)
        right.fill(1)
        for _ in 0..<repeats {
          // Safe: all three matrices have the size that the kernel gets.
          unsafe dvsk_peak_product(
            isa, left.address(count: left.count), right.address(count: right.count),
            result.address(count: result.count), side)
        }
      }
    }
    let count = 1 << 25
    let from = Buffer<Float>(count: count)
    let to = Buffer<Float>(count: count)
    from.fill(1)
    to.fill(0)
    let copy = Self.bestOf(3) {
      workers.forEachRange(of: count, size: count / 32) { part in
        // Safe: the same range of two buffers of equal size.
        unsafe to.address(part.lowerBound, count: part.count).update(
          from: from.address(part.lowerBound, count: part.count), count: part.count)
      }
    }
    self.init(
      operationsPerSecond: Double(2 * side * side * side * repeats * unitCount)
        / products,
      bytesPerSecond: Double(2 * 4 * count) / copy)
  }

  /// The shortest of several runs, in seconds.
  private static func bestOf(_ runs: Int, _ body: () -> Void) -> Double {
    (0..<runs).map { _ in
      let (seconds, fraction) = ContinuousClock().measure(body).components
      return Double(seconds) + Double(fraction) * 1e-18
    }.min() ?? 0
  }
}
