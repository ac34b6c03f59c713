import CacheInspection
import Figures
import FrameCache
import SystemPackage
import Terminal
internal import Threads
import ToolSupport

/// Writes the HTML page of a cache's samples.
struct GalleryPage {
  private let cache: FrameCache
  private let samples: [SampleIndex]?
  private let output: OutputFile

  /// Checks that the page can be written.
  ///
  /// - Parameters:
  ///   - path: The page's file.
  ///   - cache: The cache.
  ///   - sample: The only sample on the page; `nil` for all.
  ///   - force: Whether a file of that name may be replaced.
  init(
    _ path: FilePath, of cache: FrameCache, sample: SampleIndex?, force: Bool
  ) throws {
    self.cache = cache
    samples = sample.map { [$0] }
    output = try OutputFile(path, inputs: [cache.path], force: force)
  }

  /// Generates the page and writes it to `files`.
  ///
  /// - Returns: What it contains.
  func write(
    to files: OutputFiles, _ threadCount: Int, _ observer: WorkObserver, _ messages: Messages
  ) throws -> GalleryReport {
    let plan = try GalleryPlan(
      of: cache, samples: samples, threadCount: threadCount, isCancelled: observer.isCancelled)
    if let notice = plan.notice { messages.note("\(output.path): \(notice)") }
    let gallery = try CacheGallery(plan, threadCount: threadCount, observer: observer)
    let bytes = gallery.page(command: "dvsprep inspect \(shellWord(cache.path.string))")
    try files.add(bytes, as: output)
    messages.clearProgress()
    return GalleryReport(
      path: output.path, byteCount: bytes.count, sampleCount: gallery.samples.count,
      blockSide: gallery.reduction.blockSide,
      thresholds: gallery.reduction.thresholds.map(Int.init))
  }
}

/// What a written page of samples contains, as text and as JSON.
struct GalleryReport {
  let path: FilePath
  let byteCount: Int
  let sampleCount: Int
  let blockSide: Int
  let thresholds: [Int]

  var text: String {
    let kept =
      thresholds.isEmpty
      ? "all counts"
      : "\(thresholds.count + 1) levels of "
        + (blockSide == 1 ? "each pixel" : "\(blockSide) × \(blockSide) pixels")
    return "\(path.plain): \(counted(sampleCount, "sample")), \(kept), "
      + byteCountText(Double(byteCount))
  }

  func printJSON() throws {
    try ToolSupport.printJSON(
      JSON(
        html: path.string, bytes: byteCount, samples: sampleCount, pixelsPerSide: blockSide,
        thresholds: thresholds))
  }

  private struct JSON: Encodable {
    let command = "inspect"
    let html: String
    let bytes: Int
    let samples: Int
    let pixelsPerSide: Int
    let thresholds: [Int]
  }
}
