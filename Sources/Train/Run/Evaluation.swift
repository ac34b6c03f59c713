package import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// A pass over samples with the network in evaluation mode.
package struct Evaluation {
  private let cache: FrameCache
  private let samples: [SampleIndex]
  private let batchSize: Int
  private let loaderThreadCount: Int

  /// Creates an evaluation.
  ///
  /// - Parameters:
  ///   - samples: The samples, in this order.
  ///   - batchSize: N; it does not affect predictions.
  ///   - loaderThreadCount: The number of decoding threads; 0 decodes on the calling thread.
  package init(
    _ cache: FrameCache, samples: [SampleIndex], batchSize: Int, loaderThreadCount: Int
  ) {
    self.cache = cache
    self.samples = samples
    self.batchSize = batchSize
    self.loaderThreadCount = loaderThreadCount
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
    var loader = FrameLoader(
      cache, batches: BatchPlan.inOrder(samples: samples, batchSize: batchSize),
      threadCount: loaderThreadCount)
    while let batch = try loader.nextBatch() {
      let result: BatchResult
      do throws(EngineError) {
        result = try engine.evaluate(LabelledFrames(batch), loss: loss)
      } catch {
        throw TrainError(error)
      }
      guard result.loss.isFinite else {
        throw TrainError(
          .divergence, cache.path, cache.location(of: batch.samples[0]),
          "the loss is \(result.loss): the network has weights that are not finite")
      }
      tally.add(batch.samples, of: cache, result)
      onBatch(batch.samples, result)
      loader.recycle(batch)
      observer.onProgress(
        .init(
          stage: stage, completedCount: tally.sampleCount, totalCount: samples.count))
      if observer.isCancelled() { throw .cancelled() }
    }
    return tally.report(seconds: watch.seconds)
  }
}
