package import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// A pass over samples with the network in evaluation mode.
package struct Evaluation {
  private let cache: FrameCache
  private let samples: [SampleIndex]
  private let batchSize: Int
  private let loaderThreadCount: Int
  private let ranks: RankGroup

  /// Creates an evaluation.
  ///
  /// - Parameters:
  ///   - samples: The samples, in this order.
  ///   - batchSize: N; it does not affect predictions.
  ///   - loaderThreadCount: The number of decoding threads; 0 decodes on the calling thread.
  ///   - ranks: The processes that divide each batch; all get the whole report.
  package init(
    _ cache: FrameCache, samples: [SampleIndex], batchSize: Int, loaderThreadCount: Int,
    ranks: RankGroup = .single
  ) {
    self.cache = cache
    self.samples = samples
    self.batchSize = batchSize
    self.loaderThreadCount = loaderThreadCount
    self.ranks = ranks
  }

  /// Evaluates the network of an engine.
  ///
  /// - Parameters:
  ///   - stage: The name of the pass, for the observer.
  ///   - onBatch: Receives each batch and the network's result for it.
  /// - Throws: ``TrainError``, with code `cancelled` if the observer asks to stop.
  package func run(
    _ engine: any Engine, loss: Loss, stage: String = "test",
    observer: TrainingObserver = TrainingObserver(),
    onBatch: ([SampleIndex], BatchResult) -> Void = { _, _ in }
  ) throws(TrainError) -> EvaluationReport {
    var tally = EvaluationTally(network: engine.network, schema: cache.schema)
    let watch = Stopwatch()
    let batches = BatchPlan.inOrder(samples: samples, batchSize: batchSize)
    let parts = batches.map { ranks.isSingle ? $0 : Array($0[ranks.part(of: $0.count)]) }
    var loader = FrameLoader(
      cache, batches: parts.filter { !$0.isEmpty }, threadCount: loaderThreadCount)
    for (samples, part) in zip(batches, parts) {
      // Of a batch of fewer samples than ranks, some ranks have none.
      let own = try ranks.agree { () throws(TrainError) in
        part.isEmpty ? nil : try evaluate(engine, loss: loss, &loader)
      }
      let result = try ranks.whole(
        own, labels: samples.map { cache.record(of: $0).label }, loss: loss, of: engine.network)
      guard result.loss.isFinite else {
        throw TrainError(
          .divergence, cache.path, cache.location(of: samples[0]),
          "the loss is \(result.loss): the network has weights that are not finite"
        ).shared
      }
      tally.add(samples, of: cache, result)
      onBatch(samples, result)
      try ranks.agree(isCancelled: observer.isCancelled) {
        observer.onProgress(
          .init(
            stage: stage, completedCount: tally.sampleCount, totalCount: self.samples.count))
      }
    }
    return tally.report(seconds: watch.seconds)
  }

  /// Evaluates this rank's part of the next batch.
  private func evaluate(
    _ engine: any Engine, loss: Loss, _ loader: inout FrameLoader
  ) throws(TrainError) -> BatchResult {
    guard let batch = try loader.nextBatch() else {
      preconditionFailure("the loader ended before the last batch")
    }
    defer { loader.recycle(batch) }
    do throws(EngineError) {
      return try engine.evaluate(LabelledFrames(batch), loss: loss)
    } catch {
      throw TrainError(error)
    }
  }
}
