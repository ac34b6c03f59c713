package import EventData
package import SystemPackage

extension DataSetError {
  /// Adds the file's name to a defect in a recording.
  package init(_ path: FilePath, _ error: AEDATError) {
    self.init(.content, path, .byte(error.byteOffset), error.detail, cause: error)
  }
}
