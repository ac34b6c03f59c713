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

  /// Generates and writes the page, and reports what it contains.
  func run(_ threadCount: Int, _ observer: WorkObserver, _ messages: Messages, json: Bool) throws {
    let plan = try GalleryPlan(
      of: cache, samples: samples, threadCount: threadCount, isCancelled: observer.isCancelled)
    if let notice = plan.notice { messages.note("\(output.path): \(notice)") }
    let gallery = try CacheGallery(plan, threadCount: threadCount, observer: observer)
    let bytes = gallery.page(command: "dvsprep inspect \(shellText(cache.path.string))")
    try output.write(bytes)
    messages.clearProgress()
    let block = gallery.reduction.blockSide
    if json {
      try printJSON(
        JSON(
          html: output.path.string, bytes: bytes.count, samples: gallery.samples.count,
          pixelsPerSide: block, thresholds: gallery.reduction.thresholds.map(Int.init)))
    } else {
      let kept =
        gallery.reduction.thresholds.isEmpty
        ? "all counts"
        : "\(gallery.reduction.thresholds.count + 1) levels of "
          + (block == 1 ? "each pixel" : "\(block) × \(block) pixels")
      print(
        "\(output.path): \(counted(gallery.samples.count, "sample")), \(kept), "
          + byteCountText(Double(bytes.count)))
    }
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

/// A text quoted as one word for a shell, where it needs quotes.
func shellText(_ text: String) -> String {
  let plain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ":"):
      true
    default: false
    }
  }
  return plain && !text.isEmpty
    ? text
    : "'"
      + text.split(
        separator: "'", omittingEmptySubsequences: false
      ).joined(separator: "'\\''") + "'"
}
