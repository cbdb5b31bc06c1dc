/// The members of a JSON object: unique keys, in the order in which they were written.
///
/// Two objects are equal where they hold equal members in the same order.
public struct JSONObject: Sendable {
    public private(set) var members: [(key: String, value: JSON)] = []
    private var positions: [String: Int] = [:]

    public init() {}

    /// Members in the order given; a key given twice is a bug of the caller.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        for (key, value) in pairs {
            let isNew = append(key, value)
            precondition(isNew, "a JSON object needs unique keys, got \"\(key)\" twice")
        }
    }

    public var keys: [String] { members.map(\.key) }
    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a key; setting one replaces it in its place or appends it, and setting `nil` removes it.
    public subscript(key: String) -> JSON? {
        get { positions[key].map { members[$0].value } }
        set {
            switch (positions[key], newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Appends a member unless its key is there already; false says that it was.
    @discardableResult
    mutating func append(_ key: String, _ value: JSON) -> Bool {
        guard positions[key] == nil else { return false }
        positions[key] = members.count
        members.append((key, value))
        return true
    }

    private mutating func remove(at position: Int) {
        positions[members.remove(at: position).key] = nil
        for later in position..<members.count { positions[members[later].key] = later }
    }
}

extension JSONObject: Equatable {
    public static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.members.elementsEqual(b.members) { $0.key == $1.key && $0.value == $1.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
