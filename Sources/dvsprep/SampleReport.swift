import CacheInspection
internal import EventData
import Figures
import FrameCache
import SystemPackage
import Terminal
import ToolSupport

/// A sample's metadata and frames, as text and as JSON.
struct SampleReport {
  private let picture: SamplePicture
  private var files: [String] = []
  private var png: JSON.Sheet?
  private var gif: JSON.Animation?

  init(_ picture: SamplePicture) { self.picture = picture }

  /// Adds a sheet that was written.
  mutating func note(_ sheet: ContactSheet, in path: FilePath, byteCount: Int) {
    png = JSON.Sheet(
      file: path.string, width: sheet.width, height: sheet.height, zoom: sheet.zoom,
      frameOrigins: picture.frames.indices.map { number in
        let origin = sheet.origin(ofFrame: number)
        return [origin.x, origin.y]
      })
    files.append(
      "\(path.plain): all frames, \(sheet.width) × \(sheet.height) pixels, "
        + byteCountText(Double(byteCount)))
  }

  /// Adds an animation that was written.
  mutating func note(
    _ animation: CaptionedFrames, _ centiseconds: [Int], in path: FilePath, byteCount: Int
  ) {
    gif = JSON.Animation(
      file: path.string, width: animation.width, height: animation.height, zoom: animation.zoom,
      centiseconds: centiseconds)
    files.append(
      "\(path.plain): an animation of \(counted(centiseconds.count, "frame")), \(animation.width) × "
        + "\(animation.height) pixels, \(byteCountText(Double(byteCount)))")
  }

  /// Fraction of the counts of real frames that are 0.
  private var zeroFraction: Double {
    let cells = picture.frames[..<Int(picture.record.frameCount)].flatMap(\.counts)
    return cells.isEmpty ? 1 : Double(cells.count { $0 == 0 }) / Double(cells.count)
  }

  var text: String {
    let record = picture.record
    let window = record.windowMicroseconds
    let off = picture.frames.reduce(0) { $0 + $1.offCount }
    let on = picture.frames.reduce(0) { $0 + $1.onCount }
    let attributes = picture.cache.attributeText(of: record)
    var lines = [
      "\(plainText(picture.cache.name(of: picture.sample))): \(picture.sample.split.rawValue):"
        + "\(picture.sample.number) of \(picture.cache.path.plain)",
      "class      \(plainText(picture.cache.classNames.title(of: Int(record.label))))",
      plainText(
        "recording  \(record.recording)" + (attributes.isEmpty ? "" : ": \(attributes)")),
      "window     \(window.lowerBound) to \(window.upperBound) µs, "
        + "\(decimalText(Double(window.upperBound - window.lowerBound) * 1e-6, digits: 3)) s",
      "events     \(record.eventCount): \(off) OFF, \(on) ON",
      "cells      \(decimalText(100 * zeroFraction, digits: 2)) % without events; "
        + "full brightness at \(picture.scale) events",
    ]
    var rows = [["frame", "first ms", "last ms", "OFF", "ON", "max per cell"]]
    for (number, frame) in picture.frames.enumerated() {
      let start = record.frameStartMicroseconds[number]
      let end = record.frameEndMicroseconds[number]
      func milliseconds(_ time: Int64) -> String {
        time < 0 ? "–" : decimalText(Double(time - window.lowerBound) * 1e-3, digits: 1)
      }
      rows.append([
        number < Int(record.frameCount) ? "\(number)" : "\(number) padding", milliseconds(start),
        milliseconds(end), "\(frame.offCount)", "\(frame.onCount)",
        "\(frame.counts.max() ?? 0)",
      ])
    }
    lines.append(tableText(rows))
    return (lines + files).joined(separator: "\n")
  }

  func printJSON() throws {
    let record = picture.record
    let window = record.windowMicroseconds
    try ToolSupport.printJSON(
      JSON(
        cache: picture.cache.path.string, split: picture.sample.split.rawValue,
        number: picture.sample.number, label: Int(record.label), class: picture.className,
        classNumber: picture.cache.classNames.classNumber(of: Int(record.label)),
        identity: picture.cache.name(of: picture.sample), name: record.name,
        recording: record.recording,
        subject: picture.cache.subject(of: record), lighting: picture.cache.lighting(of: record),
        attributes: picture.cache.attributeValues(of: record), windowStartUs: window.lowerBound,
        windowEndUs: window.upperBound, events: Int(record.eventCount), scale: picture.scale,
        zeroShare: zeroFraction,
        frames: picture.frames.enumerated().map { number, frame in
          let start = record.frameStartMicroseconds[number]
          return JSON.Frame(
            startUs: start < 0 ? nil : start,
            endUs: start < 0 ? nil : record.frameEndMicroseconds[number],
            offEvents: frame.offCount, onEvents: frame.onCount,
            largestCount: Int(frame.counts.max() ?? 0),
            padding: number >= Int(record.frameCount))
        }, png: png, gif: gif))
  }

  private struct JSON: Encodable {
    struct Frame: Encodable {
      let startUs: Int64?
      let endUs: Int64?
      let offEvents: Int
      let onEvents: Int
      let largestCount: Int
      let padding: Bool
    }

    struct Sheet: Encodable {
      let file: String
      let width: Int
      let height: Int
      let zoom: Int
      let frameOrigins: [[Int]]
    }

    struct Animation: Encodable {
      let file: String
      let width: Int
      let height: Int
      let zoom: Int
      let centiseconds: [Int]
    }

    let kind = "sample"
    let cache: String
    let split: String
    let number: Int
    let label: Int
    let `class`: String
    /// `nil` if classes have only labels.
    let classNumber: Int?
    /// The identity, as `--sample` takes it.
    let identity: String
    let name: String
    let recording: String
    let subject: Int?
    let lighting: String?
    let attributes: [String: AttributeJSON]?
    let windowStartUs: Int64
    let windowEndUs: Int64
    let events: Int
    let scale: Int
    let zeroShare: Double
    let frames: [Frame]
    let png: Sheet?
    let gif: Animation?
  }
}
