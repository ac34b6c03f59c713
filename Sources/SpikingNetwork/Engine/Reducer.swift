/// Sums numbers over all processes that train one network together, each on its own samples.
///
/// Engines use it for all sums over the samples of a batch: batch norm's sums in both passes, the
/// number of samples, and gradients. Training uses it for losses and counts. Every process makes
/// the same calls in the same order, and gets the same sums, bit for bit.
public protocol Reducer: Sendable {
  /// Replaces each number by its sum over all processes.
  func sum(_ values: inout [Double]) throws(EngineError)
  /// Replaces each number by its sum over all processes.
  func sum(_ values: inout [Float]) throws(EngineError)
  /// Replaces each number by its sum over all processes.
  func sum(_ values: inout [Int]) throws(EngineError)
}

/// The reducer of a single process, whose values are the sums already.
public struct SingleProcess: Reducer {
  /// Makes the reducer.
  public init() {}

  /// Changes nothing.
  public func sum(_ values: inout [Double]) {}
  /// Changes nothing.
  public func sum(_ values: inout [Float]) {}
  /// Changes nothing.
  public func sum(_ values: inout [Int]) {}
}

extension Reducer {
  /// The sum of a number over all processes.
  public func total(_ value: Int) throws(EngineError) -> Int {
    var values = [value]
    try sum(&values)
    return values[0]
  }
}
