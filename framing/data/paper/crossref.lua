-- Numbers and cross-references of a paper, for HTML, DOCX, LaTeX and Typst; runs before citeproc.
-- LaTeX and Typst number by themselves; HTML and DOCX get their numbers here.
-- Labels: fig:, tbl:, eq: and sec:. What cannot be resolved is a warning, which typeset() raises.

local stringify = pandoc.utils.stringify
local shared = dofile('shared.lua')
local is, raw, raw_block, typst_string = shared.is, shared.raw, shared.raw_block, shared.typst_string
local WORDS = { fig = 'Figure', tbl = 'Table', eq = 'Equation', sec = 'Section' }
local NBSP = '\u{a0}'

local native = is('typst') or is('latex')
local labels = {}

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
    local here = '#' .. header.identifier
    local link = is('html') and pandoc.Link(mark, here, '', { class = 'anchor' })
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
    local numbering = 'numbering: numbered-equation("' .. (letter or '') .. '")'
    local open = '#[#set math.equation(' .. numbering .. ', alt: ' .. alt .. ')\n'
    return pandoc.Plain({ raw(open), math, raw(' <' .. identifier .. '>]') })
  elseif is('docx') then
    math.mathtype = 'InlineMath'
    local tab = pandoc.RawInline('openxml', '<w:r><w:tab/></w:r>')
    local target, mark = pandoc.Span(math, { id = identifier }), pandoc.Str('(' .. number .. ')')
    return pandoc.Div(pandoc.Para({ tab, target, tab, mark }), { ['custom-style'] = 'Equation' })
  end
  local mark = pandoc.Span('(' .. number .. ')', { class = 'equation-number' })
  return pandoc.Div(pandoc.Para({ math, mark }), { id = identifier, class = 'equation' })
end

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
  text = pandoc.Str(text .. known.number)
  return pandoc.Link(text, '#' .. identifier, '', { class = 'crossref' })
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

function Pandoc(doc)
  doc = doc:walk({
    traverse = 'topdown',
    Header = number_header,
    Figure = function(figure) return set_caption(figure, 'fig') end,
    Table = function(element)
      return #element.caption.long > 0 and set_caption(element, 'tbl') or nil
    end,
    Para = set_equation,
  })
  check_links(doc)
  return doc:walk({ Cite = reference })
end
