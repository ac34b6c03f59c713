internal import ClassFolders
internal import EventData
internal import FileAccess
package import FrameCache
package import SystemPackage

extension FrameCache {
  /// Opens the cache that a data folder holds, or the one that is named itself.
  ///
  /// In a folder, the file with the name that `dvsprep convert` gives is taken, from it or from its
  /// `DvsGesture/`. A file is taken as it is: only what the request says must fit.
  ///
  /// - Parameters:
  ///   - dataPath: The folder or the cache.
  ///   - request: Which frames are wanted.
  /// - Throws: ``FrameCacheError``: code `file` where there is nothing, `source` where recordings
  ///   still have to be converted (the detail has the command), `difference` where a cache is
  ///   another, and those of opening one.
  package convenience init(
    in dataPath: FilePath, fitting request: CacheRequest
  ) throws(FrameCacheError) {
    let search = CacheSearch(dataPath, request)
    let path = try search.cachePath()
    try self.init(opening: path)
    let differences = request.differences(from: self)
    guard differences.isEmpty else {
      throw FrameCacheError(
        .difference, path, "",
        "the cache has \(differences.joined(separator: ", "))"
          + search.hint(besides: path))
    }
  }
}

/// Looks for a cache, and says what there is instead.
private struct CacheSearch {
  private let dataPath: FilePath
  private let request: CacheRequest

  init(_ dataPath: FilePath, _ request: CacheRequest) {
    self.dataPath = dataPath
    self.request = request
  }

  /// The folders that are looked into.
  private var folders: [FilePath] {
    let folder = dataPath.isDirectory ? dataPath : dataPath.parentDirectory
    return [folder, folder.appending("DvsGesture")].filter(\.isDirectory)
  }

  func cachePath() throws(FrameCacheError) -> FilePath {
    guard dataPath.isDirectory else { return try named() }
    let name = request.split.cacheFileName
    if let found = folders.map({ $0.appending(name) }).first(where: \.exists) { return found }
    throw FrameCacheError(
      hasRecordings ? .source : .file, dataPath, "",
      "no cache of \(request.split.words) (\(name))\(hint(besides: nil))")
  }

  /// The file that was named: a cache, unless it is something else that is known.
  private func named() throws(FrameCacheError) -> FilePath {
    do throws(FileError) { _ = try FileIdentity(of: dataPath) } catch {
      throw FrameCacheError(error)
    }
    let name = dataPath.lastComponent?.string ?? ""
    let isArchive = [".tar", ".tar.gz", ".tgz"].contains(where: name.hasSuffix)
    let isRecording = [".aedat", ".bin"].contains(where: name.lowercased().hasSuffix)
    let folder = isRecording ? nearbyFolder : nil
    guard isArchive || folder != nil || name.hasSuffix(".aedat") else { return dataPath }
    let input = folder ?? (isArchive ? dataPath : dataPath.parentDirectory)
    throw FrameCacheError(
      .source, dataPath, "",
      "a frame cache expected, \(isArchive ? "an archive" : "a recording") found: "
        + "'\(request.conversionCommand(for: input.string, kind: folder.flatMap { ClassFolderKind(lookingAt: $0) }))' makes one"
    )
  }

  /// Recordings in folders of classes; `nil` where there are none, or lists of DVS128 Gesture, too.
  private var classFolders: ClassFolderKind? {
    hasGestures ? nil : ClassFolderKind(lookingAt: dataPath)
  }

  private var hasRecordings: Bool {
    hasGestures || classFolders != nil
      || (nearbyFolder == nil && dataPath.isDirectory
        && ((try? namesInDirectory(dataPath)) ?? []).contains { $0.hasSuffix(".aedat") })
  }

  private var hasGestures: Bool {
    guard dataPath.isDirectory else { return false }
    return DataSetSplit.allCases.contains {
      dataPath.appending("trials_to_\($0.rawValue).txt").exists
    } || dataPath.appending("DvsGesture").isDirectory
      || dataPath.appending("DvsGesture.tar.gz").isRegularFile
  }

  /// A data set of class folders that the folder stands in, or that stands in it.
  private var nearbyFolder: FilePath? {
    dataSetFolder(near: dataPath) { ClassFolderKind(lookingAt: $0) != nil }
  }

  /// What else is there, and what makes the cache that was asked for.
  func hint(besides path: FilePath?) -> String {
    let others = otherCaches(besides: path)
    var hint = others.isEmpty ? "" : "; there are: \(others.joined(separator: ", "))"
    if hasRecordings {
      hint += "; '\(request.conversionCommand(for: dataPath.string, kind: classFolders))' makes it"
    } else if path == nil && others.isEmpty {
      hint += nearbyFolder.map { "; did you mean \($0)?" } ?? ", and no recordings to make it of"
    }
    return hint
  }

  /// Names and rules of the caches that are there.
  private func otherCaches(besides path: FilePath?) -> [String] {
    var result: [String] = []
    for folder in folders {
      for name in (try? namesInDirectory(folder)) ?? [] where name.hasSuffix(".h5") {
        let candidate = folder.appending(name)
        guard candidate.lexicallyNormalized() != path?.lexicallyNormalized(),
          candidate.isRegularFile,
          let cache = try? FrameCache(opening: candidate)
        else { continue }
        result.append("\(candidate) (\(cache.settings.split.words))")
      }
    }
    return result
  }
}
