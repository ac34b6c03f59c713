import FileAccess
import FrameCache
import Support
import SystemPackage
import Testing

@Suite("dvsprep repack", .timeLimit(.minutes(30)))
struct RepackTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// A cache and the decoded frames of all its samples.
  private func content(_ path: FilePath) throws -> (FrameCache, [[UInt16]]) {
    let cache = try FrameCache(opening: path)
    var decoder = FrameDecoder(cache)
    let frames = try cache.samples.map { sample in
      var counts: [UInt16] = []
      try decoder.decode(sample, into: &counts)
      return counts
    }
    return (cache, frames)
  }

  @Test(
    "rewrites caches that other programs have changed, by the command that the error message names",
    arguments: ["v1_uint8", "v2_uint16"],
    [
      "attribute_added", "variable_length", "gzip_frames", "zstd_chunks", "contiguous_labels",
      "big_endian", "earliest", "h5repack",
    ])
  func foreignCaches(original: String, change: String) throws {
    let path = folder.file("it's changed.h5")
    try writeFile(try readFile(Fixtures.path("foreign/\(original)_\(change).h5")), to: path)
    let info = try ToolRun.dvsprep("info", path.string)
    if change == "attribute_added" {
      // Attributes that are not part of the format do no harm.
      #expect(info.exitCode == 0)
      let result = try ToolRun.dvsprep(
        "repack", path.string, "-o", folder.file("NEW").string, "--quiet")
      #expect(result.errorLines.count == 1)
      #expect(
        result.standardError.hasPrefix(
          "dvsprep: warning: \(path): not copied, as not part of the format: "))
    } else {
      #expect(info.exitCode == 1 && info.errorLines.count == 1)
      let start = try #require(info.standardError.firstRange(of: "; dvsprep repack "))
      let hint = info.standardError[start.upperBound...].replacing(" rewrites it\n", with: "")
      let repack = try ToolRun.shell("\"$DVSPREP\" repack \(hint)", in: folder.path)
      #expect(repack.exitCode == 0, "\(repack.standardError)")
    }
    let (old, oldFrames) = try content(Fixtures.path("foreign/\(original).h5"))
    let (new, newFrames) = try content(folder.file("NEW"))
    #expect(new.records == old.records && new.sources == old.sources && new.schema == old.schema)
    #expect(newFrames == oldFrames)
    #expect(new.formatVersion == old.formatVersion && new.elementType == old.elementType)
    #expect(try folder.names().sorted() == ["NEW", "it's changed.h5"])
  }

  @Test("keeps the list of a shard's recordings, so that it still merges")
  func shard() throws {
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: folder.file("DvsGesture"))
    let result = try ToolRun.shell(
      """
      set -e
      "$DVSPREP" convert DvsGesture -T 2 --quiet -o single.h5
      for i in 1 2; do "$DVSPREP" convert DvsGesture -T 2 --quiet --shard $i/2 -o $i.h5; done
      "$DVSPREP" repack 1.h5 -o new.h5 --quiet
      cmp 1.h5 new.h5
      "$DVSPREP" merge new.h5 2.h5 -o all.h5 --quiet
      cmp all.h5 single.h5
      """, in: folder.path)
    #expect(result.exitCode == 0, "\(result.standardError)\(result.standardOutput)")
    #expect(!result.standardError.contains("not copied"))
  }

  @Test("gives the same bytes for a cache that needs no change, also when it replaces that cache")
  func unchangedCache() throws {
    let folder = try ToolRun.folderWithCache()
    let cache = folder.file("frames_number_2_split_by_number.h5")
    let bytes = try readFile(cache)
    let other = try ToolRun.dvsprep(
      "repack", cache.string, "-o", "new.h5", "--json", in: folder.path)
    #expect(other.exitCode == 0)
    #expect(other.standardOutput.contains("\"command\":\"repack\""))
    #expect(try readFile(folder.file("new.h5")) == bytes)
    let refused = try ToolRun.dvsprep("repack", cache.string, "-o", cache.string)
    #expect(refused.exitCode == 1 && refused.standardError.contains("--force replaces it"))
    let same = try ToolRun.dvsprep(
      "repack", cache.string, "-o", cache.string, "--force", "--quiet")
    #expect(same.exitCode == 0 && same.standardError.isEmpty)
    #expect(try readFile(cache) == bytes)
  }

  @Test(
    "refuses caches that crash libhdf5 or take gigabytes in it, in one line, and leaves no file",
    arguments: ["11_07c", "11_5b0", "11_7b0", "8_ac9", "2GB", "7GB"])
  func hostileCaches(name: String) throws {
    let path = Fixtures.path("hostile/\(name).h5")
    let result = try ToolRun.dvsprep("repack", path.string, "-o", "new.h5", in: folder.path)
    #expect(result.exitCode == 1)
    #expect(result.errorLines.count == 1, "\(result.standardError)")
    #expect(result.standardError.hasPrefix("dvsprep: \(path): "))
    #expect(result.standardOutput.isEmpty)
    #expect(try folder.names().isEmpty)
  }

  @Test("keeps the old file when the new one cannot be written")
  func failure() throws {
    let path = try folder.write([1, 2, 3], to: "kept.h5")
    let result = try ToolRun.dvsprep(
      "repack", Fixtures.path("hostile/11_07c.h5").string, "-o", path.string, "--force")
    #expect(result.exitCode == 1)
    #expect(try readFile(path) == [1, 2, 3])
    let missing = try ToolRun.dvsprep("repack", "no.h5", "-o", "new.h5", in: folder.path)
    #expect(missing.exitCode == 1 && missing.errorLines.count == 1)
    #expect(missing.standardError.hasPrefix("dvsprep: no.h5: "))
  }

  @Test("refuses what our reader refuses, with the name of the old file")
  func defects() throws {
    let result = try ToolRun.shell(
      """
      "$DVSPREP" repack \(Fixtures.path("synthetic/duration_200000.h5")) -o new.h5
      """, in: folder.path)
    #expect(result.exitCode == 1 && result.errorLines.count == 1)
    #expect(result.standardError.contains("attribute version: the attribute is missing"))
  }

  @Test("its reader appears neither in the help nor in completions")
  func help() throws {
    #expect(try !ToolRun.dvsprep("--help").standardOutput.contains("repack-reader"))
    let completions = try ToolRun.dvsprep("--generate-completion-script", "bash")
    #expect(completions.standardOutput.contains("repack"))
    #expect(!completions.standardOutput.contains("repack-reader"))
  }
}
