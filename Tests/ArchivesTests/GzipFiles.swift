import Support
import SystemPackage
import Testing

/// Gzip files made by other programs, and their content.
struct GzipFiles {
  let folder: TemporaryDirectory
  let content: [UInt8]

  /// How a file is made, as a command that reads `content` and writes a gzip file.
  static let commands = [
    "gzip -1", "gzip -6", "gzip -9 --name",
    // Blocks that are stored, without compression.
    python("zlib.compressobj(0, wbits=31)"),
    python("zlib.compressobj(6, strategy=zlib.Z_FIXED, wbits=31)"),
    python("zlib.compressobj(1, strategy=zlib.Z_HUFFMAN_ONLY, wbits=31)"),
    // Empty blocks between the others.
    python("zlib.compressobj(6, wbits=31)", flush: "zlib.Z_FULL_FLUSH"),
    // A header with a name, a comment, an extra field and a checksum of its own.
    """
    python3 -c "import sys, zlib; data = sys.stdin.buffer.read(); \\
    head = bytes([31, 139, 8, 30, 0, 0, 0, 0, 0, 3]) + b'\\\\x04\\\\x00abcd' + b'name\\\\0' + b'comment\\\\0'; \\
    packer = zlib.compressobj(6, wbits=-15); body = packer.compress(data) + packer.flush(); \\
    sys.stdout.buffer.write(head + (zlib.crc32(head) & 0xFFFF).to_bytes(2, 'little') + body \\
    + zlib.crc32(data).to_bytes(4, 'little') + len(data).to_bytes(4, 'little'))"
    """,
    // Two members, and one for each half of the content.
    "head -c 100000 >first; tail -c +100001 content | cat first - | cmp - content; "
      + "gzip -c first; tail -c +100001 content | gzip -1",
    "gzip; head -c 0 content | gzip; head -c 5000 /dev/zero",
  ]

  private static func python(_ packer: String, flush: String = "zlib.Z_NO_FLUSH") -> String {
    """
    python3 -c "import sys, zlib; packer = \(packer); data = sys.stdin.buffer.read(); \\
    parts = [packer.compress(data[i:i + 7001]) + packer.flush(\(flush)) for i in range(0, len(data), 7001)]; \\
    sys.stdout.buffer.write(b''.join(parts) + packer.flush())"
    """
  }

  /// Content like that of recordings: little of it repeats exactly.
  init(byteCount: Int = 400_000) throws {
    folder = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 3)
    let tile = (0..<min(byteCount, 400_000)).map { index in
      index % 8 < 4 ? UInt8(index / 4096 % 256) : UInt8.random(in: 0..<40, using: &generator)
    }
    var content: [UInt8] = []
    while content.count < byteCount {
      content += tile
      content[content.count - 1] = UInt8(truncatingIfNeeded: content.count / tile.count)
    }
    self.content = content
    try folder.write(content, to: "content")
  }

  /// Makes a gzip file.
  func make(_ command: String) throws -> FilePath {
    let result = try runCommand(
      "bash", ["-ec", "{ \(command); } <content >packed.gz"], in: folder.path)
    try #require(result.exitCode == 0, "\(result.standardError)")
    return folder.file("packed.gz")
  }
}
