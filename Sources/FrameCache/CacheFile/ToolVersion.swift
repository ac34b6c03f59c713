/// The version of the tools and libraries of this package.
public let toolVersion = "0.1.0"
