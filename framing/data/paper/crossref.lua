-- Cross-references, appendix, front matter and bibliography of a paper, for HTML, DOCX,
-- LaTeX and Typst. LaTeX and Typst number by themselves; HTML and DOCX get their numbers here.
-- Labels: fig:, tbl:, eq: and sec:. What cannot be resolved is a warning, which typeset() raises.

local stringify = pandoc.utils.stringify
local WORDS = { fig = 'Figure', tbl = 'Table', eq = 'Equation', sec = 'Section' }
local LONG = 25   -- body rows above which a table breaks across pages instead of floating
local WIDE = 88   -- characters a line of a table holds before its columns get fixed widths
local NBSP = '\u{a0}'

local function is(format)
  return FORMAT:match(format) ~= nil
end

local native = is('typst') or is('latex')
local labels, appendix_from = {}, {}

local function raw(text)
  return pandoc.RawInline(FORMAT, text)
end

local function raw_block(text)
  return pandoc.RawBlock(FORMAT, text)
end

local function typst_string(text)
  return '"' .. text:gsub('[\\"]', '\\%0'):gsub('%s+', ' ') .. '"'
end

-- Numbering ---------------------------------------------------------------------------------

local counts = { fig = 0, tbl = 0, eq = 0 }
local levels, letter = {}, nil

local function label(identifier, kind, number, word)
  if identifier == '' then
    return
  end
  if labels[identifier] then
    pandoc.log.warn('the label ' .. identifier .. ' is given twice')
  end
  labels[identifier] = { kind = kind, number = number, word = word or WORDS[kind] }
end

local function next_number(kind)
  counts[kind] = counts[kind] + 1
  return (letter or '') .. counts[kind]
end

local function section_number(level)
  levels[level] = (levels[level] or 0) + 1
  for deeper = level + 1, 6 do
    levels[deeper] = 0
  end
  local parts = {}
  for i = 1, level do
    parts[i] = tostring(levels[i] or 0)
  end
  if letter then
    parts[1] = letter
  end
  return table.concat(parts, '.')
end

local function start_appendix(header)
  if not letter then
    levels = {}
  end
  letter = string.char(string.byte('A') + (levels[1] or 0))
  counts.fig, counts.tbl, counts.eq = 0, 0, 0
  if not header.classes:includes('appendix') then
    header.classes:insert('appendix')
  end
end

local function number_header(header)
  if header.classes:includes('unnumbered') then
    label(header.identifier, 'sec', stringify(header.content), '')
    return header
  end
  if header.level == 1 and (letter or header.classes:includes('appendix')) then
    start_appendix(header)
  end
  local number = section_number(header.level)
  label(header.identifier, 'sec', number, letter and 'Appendix' or nil)
  if not native then
    local mark = pandoc.Span(number, { class = 'header-section-number' })
    local link = is('html') and pandoc.Link(mark, '#' .. header.identifier, '', { class = 'anchor' })
    header.content:insert(1, link or mark)
    header.content:insert(2, pandoc.Str(NBSP .. NBSP))
  end
  return header
end

local function set_caption(element, kind)
  local number = next_number(kind)
  label(element.identifier, kind, number)
  if not native and #element.caption.long > 0 then
    local first = element.caption.long[1]
    first.content:insert(1, pandoc.Strong(WORDS[kind] .. NBSP .. number .. '.'))
    first.content:insert(2, pandoc.Space())
    element.caption.long[1] = first
  end
  element.attributes.number = number
  return element
end

-- `$$ … $$ {#eq:rate}` as a paragraph of its own; returns the math and its label.
local function equation(para)
  local content = para.content
  local last = content[#content]
  if #content < 2 or content[1].t ~= 'Math' or last.t ~= 'Str' then
    return nil
  end
  local identifier = last.text:match('^{#(eq:[%w_:.-]+)}$')
  if identifier and content[1].mathtype == 'DisplayMath' then
    return content[1], identifier
  end
end

local function set_equation(para)
  local math, identifier = equation(para)
  if not math then
    return nil
  end
  local number = next_number('eq')
  label(identifier, 'eq', number)
  if is('latex') then
    return raw_block(
      '\\begin{equation}\\label{' .. identifier .. '}\n' .. math.text:match('^%s*(.-)%s*$')
        .. '\n\\end{equation}'
    )
  elseif is('typst') then
    local alt = typst_string(math.text:match('^%s*(.-)%s*$'))
    return pandoc.Plain({
      raw('#[#set math.equation(numbering: numbered-equation("' .. (letter or '') .. '"), alt: ' .. alt .. ')\n'),
      math, raw(' <' .. identifier .. '>]'),
    })
  elseif is('docx') then
    math.mathtype = 'InlineMath'
    local tab = pandoc.RawInline('openxml', '<w:r><w:tab/></w:r>')
    local line = pandoc.Para({ tab, pandoc.Span(math, { id = identifier }), tab, pandoc.Str('(' .. number .. ')') })
    return pandoc.Div(line, { ['custom-style'] = 'Equation' })
  end
  local mark = pandoc.Span('(' .. number .. ')', { class = 'equation-number' })
  return pandoc.Div(pandoc.Para({ math, mark }), { id = identifier, class = 'equation' })
end

-- References --------------------------------------------------------------------------------

local function kind_of(identifier)
  local kind = identifier:match('^(%l+):')
  return WORDS[kind] and kind
end

local function link_to(identifier, word)
  local known = labels[identifier]
  local text = (word and word ~= '') and (word .. NBSP) or ''
  if is('latex') and known.word ~= '' then
    local tilde = text:gsub(NBSP, '~')
    return raw('\\hyperref[' .. identifier .. ']{' .. tilde .. '\\ref*{' .. identifier .. '}}')
  elseif is('typst') and known.kind ~= 'eq' and known.word ~= '' then
    local supplement = (word and word ~= '') and ('[' .. word .. ']') or 'none'
    return raw('#ref(label("' .. identifier .. '"), supplement: ' .. supplement .. ')')
  end
  return pandoc.Link(pandoc.Str(text .. known.number), '#' .. identifier, '', { class = 'crossref' })
end

local function same_word(citations)
  local word = labels[citations[1].id].word
  for _, citation in ipairs(citations) do
    if labels[citation.id].word ~= word then
      return nil
    end
  end
  return #citations > 1 and word or nil
end

local function reference(cite)
  local ours = 0
  for _, citation in ipairs(cite.citations) do
    if kind_of(citation.id) then
      ours = ours + 1
      if not labels[citation.id] then
        pandoc.log.warn('@' .. citation.id .. ' refers to a label that does not exist')
        return pandoc.Str('@' .. citation.id)
      end
    end
  end
  if ours == 0 then
    return nil
  elseif ours < #cite.citations then
    pandoc.log.warn(stringify(cite) .. ' mixes labels and literature: write two brackets')
    return nil
  end
  local shared = same_word(cite.citations)
  local plural = shared == 'Appendix' and 'Appendices' or shared and (shared .. 's')
  local out = pandoc.Inlines(shared and { pandoc.Str(plural .. NBSP) } or {})
  for i, citation in ipairs(cite.citations) do
    if i > 1 then
      out:extend(i == #cite.citations
        and { pandoc.Space(), pandoc.Str('and'), pandoc.Space() }
        or { pandoc.Str(','), pandoc.Space() })
    end
    local bare = shared or citation.mode == 'SuppressAuthor'
    if #citation.prefix > 0 then
      out:extend(citation.prefix)
      out:insert(pandoc.Space())
    end
    out:insert(link_to(citation.id, not bare and labels[citation.id].word or nil))
    out:extend(citation.suffix)
  end
  return out
end

-- Links of the text to a place that is not there.
local function check_links(doc)
  local places = {}
  local function note(element) places[element.identifier] = true end
  doc:walk({ Header = note, Figure = note, Table = note, Div = note, Span = note })
  doc:walk({ Link = function(link)
    local place = link.target:match('^#(.+)')
    if place and not places[place] and not labels[place] then
      pandoc.log.warn('the link to #' .. place .. ' leads to a place that does not exist')
    end
  end })
end

-- Tables ------------------------------------------------------------------------------------

local function length(cell)
  return utf8.len(stringify(cell.contents)) or 0
end

local function column_lengths(element)
  local most = {}
  local function look(rows)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        most[i] = math.max(most[i] or 1, length(cell))
      end
    end
  end
  look(element.head.rows)
  for _, body in ipairs(element.bodies) do
    look(body.body)
  end
  return most
end

local function given_widths(element, n)
  local widths = {}
  for part in element.attributes.widths:gmatch('[^,%s]+') do
    local width = tonumber(part)
    widths[#widths + 1] = width and width > 0 and width or nil
  end
  if #widths ~= n then
    pandoc.log.warn('widths="' .. element.attributes.widths .. '" of the table ' .. element.identifier
      .. ' must be ' .. n .. ' numbers above zero')
    return nil
  end
  return widths
end

-- Columns of figures keep what they need; the words share the rest by the root of their length.
local function fitted_widths(element, n)
  local most = column_lengths(element)
  local needed, words, rest = 0, 0, WIDE
  for i = 1, n do
    needed = needed + (most[i] or 1) + 2
  end
  if needed <= WIDE then
    return nil
  end
  for i = 1, n do
    if most[i] <= 14 then
      rest = rest - most[i] - 2
    else
      words = words + math.sqrt(most[i])
    end
  end
  local widths = {}
  for i = 1, n do
    widths[i] = most[i] <= 14 and most[i] + 2 or math.max(rest, WIDE / 3) * math.sqrt(most[i]) / words
  end
  return widths
end

local function set_widths(element)
  local n = #element.colspecs
  local widths
  if element.attributes.widths then
    widths = given_widths(element, n)
  else
    widths = fitted_widths(element, n)
  end
  element.attributes.widths = nil
  local sum = 0
  for _, width in ipairs(widths or {}) do
    sum = sum + width
  end
  for i, spec in ipairs(element.colspecs) do
    element.colspecs[i] = { spec[1], widths and widths[i] / sum or nil }
  end
  return widths ~= nil
end

local function n_rows(element)
  local rows = 0
  for _, body in ipairs(element.bodies) do
    rows = rows + #body.body
  end
  return rows
end

local function finish_table(element)
  set_widths(element)
  local long = n_rows(element) > LONG
  element.attributes.number = nil
  if is('html') then
    return pandoc.Div(element, { class = long and 'scroll long' or 'scroll', tabindex = '0' })
  elseif is('typst') then
    -- Typst would count a table without a caption.
    local open = #element.caption.long == 0 and '#[#set figure(numbering: none, placement: none)\n' or '#['
    return { raw_block((long and '#long-table' or '') .. open:sub(long and 2 or 1)), element, raw_block(']') }
  elseif is('docx') then
    local gap = '<w:p><w:pPr><w:pStyle w:val="TableSpace"/></w:pPr></w:p>'
    return { element, pandoc.RawBlock('openxml', gap) }
  end
  return element
end

-- Figures and code --------------------------------------------------------------------------

local function only_image(figure)
  local found
  figure:walk({ Image = function(image) found = found or image end })
  return found
end

local function finish_figure(figure)
  figure.attributes.number = nil
  local image = only_image(figure)
  if not (is('typst') and image) then
    return figure
  end
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local alt = typst_string(stringify(image.caption))
  local width = image.attributes.width and (', width: ' .. image.attributes.width) or ''
  local open = '#figure(image(' .. typst_string(image.src) .. ', alt: ' .. alt .. width .. '), alt: '
    .. alt .. ', caption: ['
  local out = pandoc.Inlines({ raw(open) })
  out:extend(caption)
  out:insert(raw(figure.identifier ~= '' and ('])<' .. figure.identifier .. '>') or '])'))
  return pandoc.Plain(out)
end

-- Characters that pdflatex has no glyph for outside of mathematics.
local IN_MATH = {
  ['≥'] = '\\geq', ['≤'] = '\\leq', ['≈'] = '\\approx', ['≠'] = '\\neq', ['−'] = '-', ['×'] = '\\times',
  ['±'] = '\\pm', ['→'] = '\\rightarrow', ['←'] = '\\leftarrow', ['∈'] = '\\in', ['∞'] = '\\infty',
  ['√'] = '\\surd', ['∑'] = '\\sum', ['⋅'] = '\\cdot', ['·'] = '\\cdot', ['α'] = '\\alpha',
  ['β'] = '\\beta', ['γ'] = '\\gamma', ['δ'] = '\\delta', ['Δ'] = '\\Delta', ['κ'] = '\\kappa',
  ['λ'] = '\\lambda', ['μ'] = '\\mu', ['π'] = '\\pi', ['ρ'] = '\\rho', ['σ'] = '\\sigma',
  ['τ'] = '\\tau', ['φ'] = '\\phi', ['χ'] = '\\chi', ['ω'] = '\\omega', ['²'] = '^2', ['³'] = '^3',
}
local ESCAPED = {
  ['\\'] = '\\textbackslash{}', ['{'] = '\\{', ['}'] = '\\}', ['$'] = '\\$', ['&'] = '\\&',
  ['#'] = '\\#', ['%'] = '\\%', ['_'] = '\\_', ['^'] = '\\^{}', ['~'] = '\\textasciitilde{}',
  ['|'] = '\\textbar{}', ['"'] = '\\textquotedbl{}', ["'"] = '\\textquotesingle{}', ['`'] = '\\textasciigrave{}',
  ['<'] = '\\textless{}', ['>'] = '\\textgreater{}', ['-'] = '{-}',
}

local function latex_text(str)
  local out, plain = pandoc.Inlines({}), ''
  for _, code in utf8.codes(str.text) do
    local character = utf8.char(code)
    if IN_MATH[character] then
      if plain ~= '' then
        out:insert(pandoc.Str(plain))
      end
      plain = ''
      out:insert(raw('\\ensuremath{' .. IN_MATH[character] .. '}'))
    else
      plain = plain .. character
    end
  end
  if #out == 0 then
    return nil
  end
  if plain ~= '' then
    out:insert(pandoc.Str(plain))
  end
  return out
end

-- Code may break after | ) ~ and in a run of 16 characters without any of them.
local function breakable(text, escape, gap)
  local out, run = {}, 0
  for _, code in utf8.codes(text) do
    local character = utf8.char(code)
    run = character == ' ' and 0 or run + 1
    out[#out + 1] = escape(character)
    if character:match('[|)~]') or run >= 16 then
      out[#out + 1], run = gap, 0
    end
  end
  if out[#out] == gap then
    out[#out] = nil
  end
  return table.concat(out)
end

local entities = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;' }

local function finish_code(code)
  if is('latex') then
    local text = breakable(code.text, function(c)
      return IN_MATH[c] and '\\ensuremath{' .. IN_MATH[c] .. '}' or ESCAPED[c] or c
    end, '\\allowbreak{}')
    return raw('\\code{' .. text .. '}')
  elseif is('typst') then
    return raw('#code(' .. '"' .. code.text:gsub('[\\"]', '\\%0') .. '")')
  elseif is('html') then
    local text = breakable(code.text, function(c) return entities[c] or c end, '<wbr>')
    return raw('<code>' .. text .. '</code>')
  elseif is('docx') then
    -- The font is named in the run because LibreOffice loses that of the style within tables.
    local font = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
    local text = code.text:gsub('[&<>]', entities)
    return pandoc.RawInline('openxml', '<w:r><w:rPr><w:rStyle w:val="VerbatimChar"/>' .. font
      .. '</w:rPr><w:t xml:space="preserve">' .. text .. '</w:t></w:r>')
  end
end

-- Bibliography ------------------------------------------------------------------------------

local function finish_references(div)
  if is('typst') and div.classes:includes('csl-entry') then
    local inlines = pandoc.utils.blocks_to_inlines(div.content)
    inlines:insert(1, raw('#reference("' .. div.identifier .. '")['))
    inlines:insert(raw(']'))
    return pandoc.Para(inlines)
  elseif is('typst') and div.identifier == 'refs' then
    return div.content
  end
end

local function finish_citation(cite)
  return is('typst') and cite.content or nil
end

local function finish_link(link)
  if is('typst') and link.target:match('^#') then
    local out = pandoc.Inlines({ raw('#link(label("' .. link.target:sub(2) .. '"))[') })
    out:extend(link.content)
    out:insert(raw(']'))
    return out
  end
end

-- Appendix ----------------------------------------------------------------------------------

local function open_appendix(first, mark)
  if is('latex') then
    return (first and '\\appendixstart\n' or '')
  elseif is('typst') then
    return (first and '#show: appendix\n' or '') .. '#appendix-letter("' .. mark .. '")\n'
      .. '#set figure(numbering: n => "' .. mark .. '" + str(n))'
  end
end

local function set_appendix(blocks)
  local out, number = pandoc.Blocks({}), 0
  for _, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 and block.classes:includes('appendix') then
      number = number + 1
      local text = open_appendix(number == 1, string.char(string.byte('A') + number - 1))
      if text and text ~= '' then
        out:insert(raw_block(text))
      end
    elseif number > 0 and is('docx') and block.t ~= 'Header' and block.t ~= 'Table' and block.t ~= 'Figure' then
      block = pandoc.Div(block, { ['custom-style'] = 'Appendix Text' })
    end
    out:insert(block)
  end
  return out
end

-- Front matter ------------------------------------------------------------------------------

local function affiliations_of(author)
  local given = author.affiliation
  if given == nil then
    return {}
  elseif pandoc.utils.type(given) == 'List' then
    return given
  end
  return { given }
end

local function contact_of(author)
  local out = pandoc.Inlines({})
  if author.email then
    local email = stringify(author.email)
    out:insert(pandoc.Link(email, 'mailto:' .. email))
  end
  if author.orcid then
    local id = stringify(author.orcid):gsub('^https?://orcid.org/', '')
    out:extend(#out > 0 and { pandoc.Str(','), pandoc.Space() } or {})
    out:insert(pandoc.Link('https://orcid.org/' .. id, 'https://orcid.org/' .. id))
  end
  return #out > 0 and out or nil
end

-- "A, B, and C", with the marks of the affiliations or, for the running head, without.
local function byline_of(by, marked)
  local out = pandoc.Inlines({})
  if not marked and #by > 3 then
    out:extend(by[1].name)
    out:extend({ pandoc.Space(), pandoc.Str('et'), pandoc.Space(), pandoc.Str('al.') })
    return out
  end
  for i, entry in ipairs(by) do
    if i > 1 then
      out:extend(#by > 2 and { pandoc.Str(',') } or {})
      out:insert(pandoc.Space())
      out:extend(i == #by and { pandoc.Str('and'), pandoc.Space() } or {})
    end
    out:extend(entry.name)
    out:extend(marked and entry.mark or {})
  end
  return out
end

-- Author names for pandoc itself, and `by` and `affiliations` with their marks for the templates.
local function set_authors(meta)
  local names, by, places, marks = {}, {}, {}, {}
  local authors = meta.author
  if authors == nil then
    return
  elseif pandoc.utils.type(authors) ~= 'List' then
    authors = { authors }
  end
  for i, author in ipairs(authors) do
    local entry = author
    if pandoc.utils.type(author) == 'Inlines' then
      entry = { name = author }
    end
    local own = {}
    for _, place in ipairs(affiliations_of(entry)) do
      local key = stringify(place)
      if not marks[key] then
        places[#places + 1] = { text = place }
        marks[key] = tostring(#places)
      end
      own[#own + 1] = marks[key]
    end
    names[i] = entry.name
    by[i] = {
      name = entry.name, contact = contact_of(entry), own = own,
      plain = { raw(typst_string(stringify(entry.name))) },
    }
  end
  for i, entry in ipairs(by) do
    entry.mark = #places > 1 and #entry.own > 0
      and pandoc.Inlines({ pandoc.Superscript(table.concat(entry.own, ',')) }) or nil
    entry.own = nil
  end
  meta.byline, meta.running = byline_of(by, true), byline_of(by, false)
  for i, place in ipairs(places) do
    place.mark = #places > 1 and pandoc.Inlines({ pandoc.Superscript(tostring(i)) }) or nil
  end
  meta.author, meta.by, meta.affiliations = names, by, places
end

local function set_meta(meta)
  set_authors(meta)
  meta['short-title'] = meta['short-title'] or meta.title
  if meta.date or meta.version then
    local line = pandoc.Inlines(meta.date or {})
    if meta.version then
      line:extend(#line > 0 and { pandoc.Space(), pandoc.Str('·'), pandoc.Space() } or {})
      line:extend({ pandoc.Str('Version'), pandoc.Space() })
      line:extend(pandoc.Inlines(meta.version))
    end
    meta['date-line'] = line
  end
  meta['lang-main'] = meta.lang and stringify(meta.lang):match('^%a+')
  meta['abstract-title'] = meta['abstract-title'] or pandoc.Inlines('Abstract')
  if meta.title then
    meta['title-plain'] = pandoc.Inlines({ raw(typst_string(stringify(meta.title))) })
  end
  if meta.keywords then
    local plain, line = {}, {}
    for i, keyword in ipairs(meta.keywords) do
      plain[i] = pandoc.Inlines({ raw(typst_string(stringify(keyword))) })
      line[i] = stringify(keyword)
    end
    meta['keyword-strings'] = plain
    meta['keyword-line'] = pandoc.Inlines(table.concat(line, ', '))
  end
end

local function loosen(list)
  for _, item in ipairs(list.content) do
    for i, block in ipairs(item) do
      if block.t == 'Plain' then
        item[i] = pandoc.Para(block.content)
      end
    end
  end
  return list
end

function Pandoc(doc)
  local number = {
    traverse = 'topdown',
    Header = number_header,
    Figure = function(figure) return set_caption(figure, 'fig') end,
    Table = function(element)
      return #element.caption.long > 0 and set_caption(element, 'tbl') or nil
    end,
    Para = set_equation,
  }
  doc = doc:walk(number)
  check_links(doc)
  doc = doc:walk({ Cite = reference })
  doc = pandoc.utils.citeproc(doc)
  doc.blocks = set_appendix(doc.blocks)
  doc = doc:walk({
    Table = finish_table, Figure = finish_figure, Code = finish_code, Div = finish_references,
    Cite = finish_citation, Str = is('latex') and latex_text or nil,
    BulletList = is('docx') and loosen or nil, OrderedList = is('docx') and loosen or nil,
  })
  doc = doc:walk({ Link = finish_link })
  set_meta(doc.meta)
  return doc
end
