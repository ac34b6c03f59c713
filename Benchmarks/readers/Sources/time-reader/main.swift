// Reads a recording on one thread, and prints the seconds of each pass as JSON.
//
//   time-reader time FILE PASSES
//   time-reader compare FILE PASSES LIBRARY PARTS  also of a copy of the file, of a copy of its events, and of decompression
//   time-reader write FILE OUT                     writes all events: t (8 bytes), x (2), y (2) and p (1), little-endian
//
// A pass opens the file, detects its format and decodes all four values of each event into arrays, which the next block of
// events overwrites. PARTS is a file of lines with offset and size in bytes, of what LIBRARY (lz4, zstd, zlib) decompresses.

import ClassFolders
import EventData
import EventFrames
import Glibc
import SystemPackage

func fail(_ message: String) -> Never {
  _ = try? FileDescriptor.standardError.writeAll("time-reader: \(message)\n".utf8)
  exit(1)
}

/// Reads a recording into a block; returns the number of its events.
func read(
  _ path: FilePath, into block: inout EventBlock,
  _ body: (borrowing EventBlock) -> Void = { _ in }
) throws(DataSetError) -> Int {
  let recording = try RecordingContents.mapped(path)
  var count = 0
  try recording.forEachPiece { events throws(DataSetError) in
    block.fill(events)
    count += block.count
    body(block)
  }
  return count
}

/// Seconds of a call.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let begin = clock.now
  try body()
  return (clock.now - begin) / .seconds(1)
}

/// The most memory that this program has had, in bytes. `getrusage` would also count that of the process that started it.
func peakByteCount() throws -> Int {
  let file = try FileDescriptor.open("/proc/self/status", .readOnly)
  defer { try? file.close() }
  var bytes = [UInt8](repeating: 0, count: 8192)
  let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
  let line = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    .first { $0.hasPrefix("VmHWM:") }
  guard let words = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }), words.count == 3,
    let kibibytes = Int(words[1])
  else { fail("/proc/self/status: VmHWM in kB expected") }
  return kibibytes * 1024
}

/// Times passes, and after each what they are compared with.
func time(_ path: FilePath, passes: Int, comparedWith: [String]) throws {
  var block = EventBlock()
  var eventCount = 0
  var comparison: Comparison?
  var found: [String: [Double]] = ["read": [], "copy": [], "event_copy": [], "decompression": []]
  for _ in 0..<passes {
    found["read"]?.append(try seconds { eventCount = try read(path, into: &block) })
    guard comparedWith.count == 2 else { continue }
    var compared = try comparison ?? Comparison(
      path, maximumByteCount: eventCount * Comparison.eventByteCount, library: comparedWith[0],
      parts: FilePath(comparedWith[1]))
    comparison = nil
    let byteCount = compared.byteCount
    found["copy"]?.append(seconds { compared.copy(byteCount) })
    found["event_copy"]?.append(seconds { compared.copy(eventCount * Comparison.eventByteCount) })
    found["decompression"]?.append(seconds { _ = compared.decompressedByteCount() })
    comparison = compared
  }
  let lists = found.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
  print("{\"events\": \(eventCount), \"peak_bytes\": \(try peakByteCount()), \(lists)}")
}

/// Writes all events of a recording to a file.
func write(_ path: FilePath, to output: String) throws {
  guard let file = fopen(output, "w") else { fail("\(output) cannot be written") }
  var block = EventBlock()
  _ = try read(path, into: &block) { block in
    block.forEachEvent { t, x, y, p in
      withUnsafeBytes(of: t.littleEndian) { _ = fwrite($0.baseAddress, 8, 1, file) }
      withUnsafeBytes(of: x.littleEndian) { _ = fwrite($0.baseAddress, 2, 1, file) }
      withUnsafeBytes(of: y.littleEndian) { _ = fwrite($0.baseAddress, 2, 1, file) }
      fputc(Int32(p), file)
    }
  }
  guard fclose(file) == 0 else { fail("\(output) cannot be written") }
}

let arguments = CommandLine.arguments
guard arguments.count >= 4 else { fail("the comment in main.swift has its arguments") }
do {
  let path = FilePath(arguments[2])
  if arguments[1] == "write" {
    try write(path, to: arguments[3])
  } else {
    guard let passes = Int(arguments[3]) else { fail("a number of passes expected") }
    try time(path, passes: passes, comparedWith: Array(arguments.dropFirst(4)))
  }
} catch {
  fail("\(error)")
}
