/// The candidate a misspelt word probably meant: the one at the smallest edit distance, at most a third of
/// the word (but at least one edit) away; failing that, the only one that contains it.
func nearestMatch(to word: String, among candidates: [String]) -> String? {
    let limit = max(1, word.utf8.count / 3)
    let distances = candidates.map { editDistance(word, $0) }
    if let smallest = distances.min(), smallest <= limit, let index = distances.firstIndex(of: smallest) {
        return candidates[index]
    }
    let longer = candidates.filter { word.utf8.count >= 3 && $0.contains(word) }
    return longer.count == 1 ? longer[0] : nil
}

/// Damerau–Levenshtein distance (optimal string alignment): the fewest insertions, deletions, substitutions
/// and swaps of neighbours that turn `a` into `b`.
func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8)
    let b = Array(b.utf8)
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, beforePrevious[j - 1] + 1)
            }
            row.append(best)
        }
        beforePrevious = previous
        previous = row
    }
    return previous[b.count]
}
