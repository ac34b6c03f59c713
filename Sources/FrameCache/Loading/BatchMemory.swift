/// Where a ``BatchQueue`` decodes batches to.
protocol BatchMemory: Sendable {
  /// What the consumer receives.
  associatedtype Batch: Sendable

  /// How many of the plan's batches may have begun, after the consumer has received this many.
  func permittedCount(receivedCount: Int) -> Int

  /// Provides the memory of a batch while `body` lets it be filled.
  ///
  /// - Parameters:
  ///   - number: The batch's index in the plan.
  ///   - samples: Its samples.
  ///   - body: Gets the batch's rows, valid until it returns; returns whether all were filled.
  /// - Returns: The batch; `nil` if it is incomplete.
  /// - Throws: ``FrameCacheError`` with code `content` when memory is too small.
  func filled(
    _ number: Int, _ samples: [SampleIndex], _ body: (BatchRows) -> Bool
  ) throws(FrameCacheError) -> Batch?
}
