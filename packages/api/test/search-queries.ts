// The 60 queries of the search evaluation: what customers type on a phone, and the film that must
// be the first hit. Where several films carry the title, any of them counts unless `year` is given.

interface Query {
  q: string;
  title: string;
  year?: number;
  kind: string;
}

const strangelove = 'Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb';
const amelie = "Le Fabuleux Destin d'Amélie Poulain";

const all: readonly Query[] = [
  // Latin
  { q: 'godfahter part 2', title: 'The Godfather Part II', kind: 'transposed' },
  { q: 'dr strangelov', title: strangelove, kind: 'part of the title' },
  { q: 'wall e', title: 'WALL·E', kind: 'punctuation' },
  { q: 'mash', title: 'M*A*S*H', kind: 'punctuation' },
  { q: 'HEAT', title: 'Heat', kind: 'exact short title among longer ones' },
  { q: '2001 space odissey', title: '2001: A Space Odyssey', kind: 'wrong letter' },
  { q: 'alein 1979', title: 'Alien', year: 1979, kind: 'transposed' },
  { q: 'le fabuleux destin damelie poulin', title: amelie, kind: 'accents' },
  { q: 'das weisse bnad', title: 'Das weiße Band', kind: 'script variant' },
  { q: 'laberinto del fuano el', title: 'El laberinto del fauno', kind: 'word order' },
  { q: 'zolneirz z lodzi', title: 'Żołnierz z Łodzi', kind: 'accents' },
  { q: 'schueler aus koeln', title: 'Schüler aus Köln', kind: 'script variant' },
  { q: 'SELVİ BOYLUM AL YAZMALM', title: 'Selvi Boylum, Al Yazmalım', kind: 'wrong case' },
  { q: 'mui du du xahn', title: 'Mùi đu đủ xanh', kind: 'accents' },
  { q: 'lat den ratte kommma in', title: 'Låt den rätte komma in', kind: 'doubled' },
  { q: 'it 2017', title: 'It', year: 2017, kind: 'exact short title among longer ones' },
  // Cyrillic
  { q: 'темный самалет', title: 'Тёмный самолёт', kind: 'script variant' },
  { q: 'салярис', title: 'Солярис', kind: 'wrong letter' },
  { q: 'броненосец патемкин', title: 'Броненосец «Потёмкин»', kind: 'wrong letter' },
  { q: 'иван василевич', title: 'Иван Васильевич меняет профессию', kind: 'part of the title' },
  { q: 'служебные романы', title: 'Служебный роман', kind: 'wrong form' },
  { q: 'тини забутих предкив', title: 'Тіні забутих предків', kind: 'script variant' },
  // Greek
  { q: 'κυνοδοτας', title: 'Κυνόδοντας', kind: 'missing letter' },
  { q: 'το βλεμα του οδυσσεα', title: 'Το βλέμμα του Οδυσσέα', kind: 'missing letter' },
  { q: 'ΠΟΛΙΤΙΚΗ ΚΟΥΣΙΝΑ', title: 'Πολίτικη Κουζίνα', kind: 'wrong case' },
  { q: 'η νυχτα τησ θαλασας', title: 'Η νύχτα της θάλασσας', kind: 'script variant' },
  { q: 'αλεξις ζορμπας', title: 'Αλέξης Ζορμπάς', kind: 'wrong letter' },
  // Arabic (the last one Persian)
  { q: 'ليله في الاسكندريه', title: 'ليلة في الإسكندرية', kind: 'script variant' },
  { q: 'اسكندريه ليه', title: 'إسكندرية... ليه؟', kind: 'script variant' },
  { q: 'الفيل الازق', title: 'الفيل الأزرق', kind: 'missing letter' },
  { q: 'بچه هاي اسمان', title: 'بچه‌های آسمان', kind: 'script variant' },
  // Hebrew
  { q: 'אהבה בירושלימ', title: 'אהבה בירושלים', kind: 'script variant' },
  { q: 'ביקור התיזמורת', title: 'ביקור התזמורת', kind: 'script variant' },
  { q: 'שליחותו של הממנה', title: 'שליחותו של הממונה על משאבי אנוש', kind: 'part of the title' },
  { q: 'גבעת חלפון לא עונה', title: 'גבעת חלפון אינה עונה', kind: 'wrong word' },
  { q: 'סלאח שבתי', title: 'סאלח שבתי', kind: 'transposed' },
  // Devanagari
  { q: 'मुगले आजम', title: 'मुगल-ए-आज़म', kind: 'joined words' },
  {
    q: 'दिलवाले दुल्हनिया ले जाएंगे',
    title: 'दिलवाले दुल्हनिया ले जायेंगे',
    kind: 'script variant',
  },
  { q: 'दुशमन की कसम', title: 'दुश्मन की क़सम', kind: 'script variant' },
  { q: 'गैंग ऑफ वासेपुर', title: 'गैंग्स ऑफ़ वासेपुर', kind: 'missing letter' },
  { q: '३ इडियट', title: '3 इडियट्स', kind: 'script variant' },
  // Thai
  { q: 'รักทีเชียงใหม', title: 'รักที่เชียงใหม่', kind: 'accents' },
  { q: 'ตมยำกุง', title: 'ต้มยำกุ้ง', kind: 'accents' },
  { q: 'พี่มาก พระขโนง', title: 'พี่มาก..พระโขนง', kind: 'transposed' },
  { q: 'สิ่งเล็กๆที่เรียกว่ารัก', title: 'สิ่งเล็กเล็กที่เรียกว่า...รัก', kind: 'script variant' },
  // Japanese
  { q: '千と千尋の神かくし', title: '千と千尋の神隠し', kind: 'script variant' },
  { q: 'ハウルの動く白', title: 'ハウルの動く城', kind: 'wrong letter' },
  { q: 'バトルロワイヤル', title: 'バトル・ロワイアル', kind: 'punctuation' },
  { q: 'コーヒと星', title: 'コーヒーと星', kind: 'script variant' },
  { q: 'となりのととろ', title: 'となりのトトロ', kind: 'script variant' },
  { q: 'Ｓｈａｌ ｗｅ ダンス', title: 'Shall we ダンス?', kind: 'script variant' },
  // Korean
  { q: '좋은놈 나쁜놈', title: '좋은 놈, 나쁜 놈, 이상한 놈', kind: 'part of the title' },
  { q: '태극기 휘날리', title: '태극기 휘날리며', kind: 'missing letter' },
  { q: '택시 운젼사', title: '택시운전사', kind: 'split words' },
  { q: '서울의밤', title: '서울의 밤', kind: 'joined words' },
  { q: '헤어질 결시', title: '헤어질 결심', kind: 'missing letter' },
  // Chinese
  { q: '卧虎龙', title: '卧虎藏龙', kind: 'missing letter' },
  { q: '爱在尚海', title: '爱在上海', kind: 'wrong letter' },
  { q: '霸王别鸡', title: '霸王别姬', kind: 'wrong letter' },
  { q: '牯岭街杀人事件', title: '牯岭街少年杀人事件', kind: 'missing word' },
];

/** The 60 queries, always in the same order. */
export function searchQueries(): readonly Query[] {
  return all;
}
