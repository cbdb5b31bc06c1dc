/// `target += Σ_terms value · source[offset...]` over `runs` runs of `vectors` vectors, term after term.
///
/// - Parameters:
///   - runs, vectors: at most twelve vectors in all, which stay in registers; one run of up to twelve
///     vectors, or up to five runs.
///   - sourceRun, targetRun: floats from one run to the next.
@inline(never)
func addWeighted(
    runs: Int, vectors: Int, _ terms: UnsafePointer<WeightedOffset>, _ count: Int, source: Floats,
    sourceRun: Int, target: Floats, targetRun: Int
) {
    switch (runs, vectors) {  // each case is compiled for its own number of registers
    case (1, 1): sum(1, 1, terms, count, source, sourceRun, target, targetRun)
    case (2, 1): sum(2, 1, terms, count, source, sourceRun, target, targetRun)
    case (3, 1): sum(3, 1, terms, count, source, sourceRun, target, targetRun)
    case (4, 1): sum(4, 1, terms, count, source, sourceRun, target, targetRun)
    case (5, 1): sum(5, 1, terms, count, source, sourceRun, target, targetRun)
    case (1, 2): sum(1, 2, terms, count, source, sourceRun, target, targetRun)
    case (2, 2): sum(2, 2, terms, count, source, sourceRun, target, targetRun)
    case (3, 2): sum(3, 2, terms, count, source, sourceRun, target, targetRun)
    case (4, 2): sum(4, 2, terms, count, source, sourceRun, target, targetRun)
    case (5, 2): sum(5, 2, terms, count, source, sourceRun, target, targetRun)
    case (1, 3): sum(1, 3, terms, count, source, sourceRun, target, targetRun)
    case (2, 3): sum(2, 3, terms, count, source, sourceRun, target, targetRun)
    case (3, 3): sum(3, 3, terms, count, source, sourceRun, target, targetRun)
    case (4, 3): sum(4, 3, terms, count, source, sourceRun, target, targetRun)
    case (1, 4): sum(1, 4, terms, count, source, sourceRun, target, targetRun)
    case (2, 4): sum(2, 4, terms, count, source, sourceRun, target, targetRun)
    case (3, 4): sum(3, 4, terms, count, source, sourceRun, target, targetRun)
    case (1, 5): sum(1, 5, terms, count, source, sourceRun, target, targetRun)
    case (2, 5): sum(2, 5, terms, count, source, sourceRun, target, targetRun)
    case (1, 6): sum(1, 6, terms, count, source, sourceRun, target, targetRun)
    case (2, 6): sum(2, 6, terms, count, source, sourceRun, target, targetRun)
    case (1, 7): sum(1, 7, terms, count, source, sourceRun, target, targetRun)
    case (1, 8): sum(1, 8, terms, count, source, sourceRun, target, targetRun)
    case (1, 9): sum(1, 9, terms, count, source, sourceRun, target, targetRun)
    case (1, 10): sum(1, 10, terms, count, source, sourceRun, target, targetRun)
    case (1, 11): sum(1, 11, terms, count, source, sourceRun, target, targetRun)
    case (1, 12): sum(1, 12, terms, count, source, sourceRun, target, targetRun)
    default: preconditionFailure("a block of \(runs) runs of \(vectors) vectors does not fit the registers")
    }
}

/// One block whose size is known when this is compiled (`@inline(__always)` gives up on so many cases).
@_transparent
private func sum(
    _ runs: Int, _ vectors: Int, _ terms: UnsafePointer<WeightedOffset>, _ count: Int, _ source: Floats,
    _ sourceRun: Int, _ target: Floats, _ targetRun: Int
) {
    let size = runs * vectors
    var a0 = target.load(0)
    var a1 = size > 1 ? target.load(at(1, vectors, targetRun)) : a0
    var a2 = size > 2 ? target.load(at(2, vectors, targetRun)) : a0
    var a3 = size > 3 ? target.load(at(3, vectors, targetRun)) : a0
    var a4 = size > 4 ? target.load(at(4, vectors, targetRun)) : a0
    var a5 = size > 5 ? target.load(at(5, vectors, targetRun)) : a0
    var a6 = size > 6 ? target.load(at(6, vectors, targetRun)) : a0
    var a7 = size > 7 ? target.load(at(7, vectors, targetRun)) : a0
    var a8 = size > 8 ? target.load(at(8, vectors, targetRun)) : a0
    var a9 = size > 9 ? target.load(at(9, vectors, targetRun)) : a0
    var a10 = size > 10 ? target.load(at(10, vectors, targetRun)) : a0
    var a11 = size > 11 ? target.load(at(11, vectors, targetRun)) : a0
    for term in 0..<count {
        let window = source + Int(terms[term].offset)
        let value = Lanes(repeating: terms[term].value)
        a0 = a0.addingProduct(value, window.load(at(0, vectors, sourceRun)))
        if size > 1 { a1 = a1.addingProduct(value, window.load(at(1, vectors, sourceRun))) }
        if size > 2 { a2 = a2.addingProduct(value, window.load(at(2, vectors, sourceRun))) }
        if size > 3 { a3 = a3.addingProduct(value, window.load(at(3, vectors, sourceRun))) }
        if size > 4 { a4 = a4.addingProduct(value, window.load(at(4, vectors, sourceRun))) }
        if size > 5 { a5 = a5.addingProduct(value, window.load(at(5, vectors, sourceRun))) }
        if size > 6 { a6 = a6.addingProduct(value, window.load(at(6, vectors, sourceRun))) }
        if size > 7 { a7 = a7.addingProduct(value, window.load(at(7, vectors, sourceRun))) }
        if size > 8 { a8 = a8.addingProduct(value, window.load(at(8, vectors, sourceRun))) }
        if size > 9 { a9 = a9.addingProduct(value, window.load(at(9, vectors, sourceRun))) }
        if size > 10 { a10 = a10.addingProduct(value, window.load(at(10, vectors, sourceRun))) }
        if size > 11 { a11 = a11.addingProduct(value, window.load(at(11, vectors, sourceRun))) }
    }
    target.save(a0, at(0, vectors, targetRun))
    if size > 1 { target.save(a1, at(1, vectors, targetRun)) }
    if size > 2 { target.save(a2, at(2, vectors, targetRun)) }
    if size > 3 { target.save(a3, at(3, vectors, targetRun)) }
    if size > 4 { target.save(a4, at(4, vectors, targetRun)) }
    if size > 5 { target.save(a5, at(5, vectors, targetRun)) }
    if size > 6 { target.save(a6, at(6, vectors, targetRun)) }
    if size > 7 { target.save(a7, at(7, vectors, targetRun)) }
    if size > 8 { target.save(a8, at(8, vectors, targetRun)) }
    if size > 9 { target.save(a9, at(9, vectors, targetRun)) }
    if size > 10 { target.save(a10, at(10, vectors, targetRun)) }
    if size > 11 { target.save(a11, at(11, vectors, targetRun)) }
}

/// Where vector `index` of a block stands.
@_transparent
private func at(_ index: Int, _ vectors: Int, _ run: Int) -> Int {
    index / vectors * run + index % vectors * Lanes.scalarCount
}
