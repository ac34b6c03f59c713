/// A reducer that can sum while its caller computes.
public protocol OverlappingReducer: Reducer {
  /// Begins to replace each number by its sum over all processes.
  ///
  /// Every process begins the same sums in the same order; other sums may be made before the result
  /// is asked for.
  ///
  /// - Throws: ``EngineError`` if another process cannot be reached.
  func begin(_ values: [Float]) throws(EngineError) -> any PendingSum
}

/// A sum over all processes that may still be under way.
public protocol PendingSum {
  /// Waits for the sums.
  ///
  /// - Throws: ``EngineError`` if another process cannot be reached.
  func wait() throws(EngineError) -> [Float]
}

/// A sum that is there already.
private struct CompleteSum: PendingSum {
  let values: [Float]

  func wait() -> [Float] { values }
}

extension Reducer {
  /// Begins a sum where the reducer can do so, and makes it at once where it cannot.
  ///
  /// - Throws: ``EngineError`` if another process cannot be reached.
  public func beginning(_ values: [Float]) throws(EngineError) -> any PendingSum {
    if let overlapping = self as? any OverlappingReducer { return try overlapping.begin(values) }
    var values = values
    try sum(&values)
    return CompleteSum(values: values)
  }
}
