import Testing
@testable import Shop
@Suite struct ShopTests {}
